/** HTML as text, written so that it is XML as well: a stricter reader can then check it. */

/** Ready to stand in a page. */
export type Html = string & { readonly html: unique symbol };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export function escaped(text: string): Html {
  const writable = text.replaceAll(
    /[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
    '�',
  );
  return writable.replaceAll(/["&<>]/g, (character) => ENTITIES[character]!) as Html;
}

/** Words for it that what stands here is HTML already. */
export function trusted(source: string): Html {
  return source as Html;
}

/** ``html`<p>${text}</p>` ``: plain strings are escaped when they are marked with `text(…)`. */
export function html(
  parts: TemplateStringsArray,
  ...values: (Html | Html[] | '')[]
): Html {
  return trusted(
    parts.reduce((all, part, index) => {
      const value = values[index - 1] ?? '';
      return all + (Array.isArray(value) ? value.join('') : value) + part;
    }),
  );
}

/** As GitHub makes the anchor of a heading. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** The words of a page, without its markup. */
export function wordsOf(markup: string): string {
  return markup
    .replaceAll(/<(script|style|svg)\b[^]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
