/** How many cells of a terminal a text takes. Pure. */
import stringWidth from 'string-width';

/** Each is one cell wide, which needs no look at what Unicode says of it. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

export function textWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/** With spaces up to a width; what is wider stays as it is. Colours take no width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
