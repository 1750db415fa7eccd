/** How many cells of a terminal a text takes. Pure. */
import stringWidth from 'string-width';

/** Each of these is one cell wide, so Unicode's tables need not be consulted. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

export function textWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/** Pads text with spaces to a width; wider text stays as it is. Colours take no width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
