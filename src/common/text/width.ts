/** How many cells of a terminal a text takes. Pure. */
import stringWidth from 'string-width';

/**
 * ASCII, Western letters and signs, quotes and dashes, arrows, lines and blocks: each is one cell
 * wide, so Unicode's tables need not be consulted.
 */
const ONE_CELL = /^[\x20-\x7e\xb0-\xff\u2010-\u2027\u2190-\u2193\u2500-\u259f]*$/;

export function textWidth(text: string): number {
  return ONE_CELL.test(text) ? text.length : stringWidth(text);
}

/** Pads text with spaces to a width; wider text stays as it is. Colours take no width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
