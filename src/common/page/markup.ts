/** XML and HTML as text. Other people's text becomes text or an attribute, never markup. Pure. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML has no way to write (XML 1.0 §2.2): most control characters, half a character. */
const UNWRITABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escapeXml(text: string): string {
  const writable = text.replaceAll(UNWRITABLE, '\ufffd');
  return writable.replaceAll(/["&'<>]/g, (character) => ENTITIES[character]!);
}

/** Safe to put into a page: only this file makes it, from text or from other markup. */
export type Markup = string & { readonly markup: unique symbol };

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function textOf(text: string): Markup {
  return escapeXml(text) as Markup;
}

/** @param attributes those that are undefined are left out; numbers have one decimal */
export function tag(name: string, attributes: Attributes, ...inside: Markup[]): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeXml(numberOrText(value))}"`],
  );
  const open = `<${name}${written.join('')}`;
  if (inside.length > 0) return `${open}>${inside.join('')}</${name}>` as Markup;
  return (VOID.has(name) ? `${open}/>` : `${open}></${name}>`) as Markup;
}

export function together(parts: readonly Markup[], between = ''): Markup {
  return parts.join(between) as Markup;
}

/** Our own style sheet or script, word for word; nothing in it may end the element early. */
export function verbatim(source: string): Markup {
  if (/<\/(?:style|script)|<!--/i.test(source))
    throw new Error('the text would end in the middle');
  return source as Markup;
}

function numberOrText(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
}

const VOID = new Set(['path', 'line', 'rect', 'circle', 'meta', 'link', 'input', 'br']);
