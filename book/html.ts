/** HTML as text, written so that it is XML as well: a stricter reader can then check it. */

import { type Markup, textOf } from '../src/common/page/index.ts';

/** Ready to stand in a page. */
export type Html = Markup;

/** Other people's text, which never becomes markup. */
export const escaped: (text: string) => Html = textOf;

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
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
