/**
 * Messages as lines, and lines as messages. Pure.
 *
 *   line             parts                       with
 *   hello            [hello]
 *   a|b|c            [a] [b] [c]                 --separator '|'
 *   68 69            [hi]                        --hex
 *   0x00a3|hello     [00 a3] [hello]             a router: whom it is for, then the message
 *
 * A part that is not text, or that contains a line break or hidden characters, is printed as
 * 0x and its bytes in hex, so that each message stays one line. 0x is read back only where a
 * message begins with a name: everywhere else a line goes out as it was typed.
 */
import { isUtf8 } from 'node:buffer';
import { misuse } from '../../common/index.ts';

export interface TextForm {
  /** Between two parts in a line; undefined when a line is one part. */
  separator: string | undefined;
  /** Every part in hex, in both directions. */
  hex: boolean;
  /** A name stands in front of every message: the socket is a router. */
  named: boolean;
}

/** Between printed parts where no separator was chosen. */
const TAB = '\t';

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a line that is not a message in this form */
export function parseMessage(line: Buffer, form: TextForm): Buffer[] {
  const separator = form.separator ?? (form.named ? TAB : undefined);
  const parts = separator === undefined ? [line] : split(line, separator);
  if (form.named && parts.length < 2) {
    const between = separator === TAB ? 'a tab' : JSON.stringify(separator);
    const why = `to whom? A router's line is a name, ${between}, and the message`;
    throw misuse(why);
  }
  return parts.map((part, index) => {
    if (form.hex) return fromHex(part.toString('latin1'));
    const text = form.named && index === 0 ? part.toString('latin1') : '';
    return text.startsWith('0x') ? fromHex(text.slice(2)) : part;
  });
}

export function printMessage(parts: readonly Buffer[], form: TextForm): string {
  return parts
    .map((part) => (form.hex ? part.toString('hex') : printPart(part)))
    .join(form.separator ?? TAB);
}

/** For JSON: a string for each part that is text, `{"hex": "…"}` for the others. */
export function jsonParts(parts: readonly Buffer[]): (string | { hex: string })[] {
  return parts.map((part) =>
    isUtf8(part) ? part.toString('utf8') : { hex: part.toString('hex') },
  );
}

function printPart(part: Buffer): string {
  const text = part.toString('utf8');
  // What moves the cursor, or turns the direction of writing around, plays tricks on a terminal.
  const shows =
    isUtf8(part) && !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/u.test(text.replaceAll(TAB, ''));
  return shows ? text : `0x${part.toString('hex')}`;
}

function split(line: Buffer, separator: string): Buffer[] {
  const parts: Buffer[] = [];
  const between = Buffer.from(separator);
  let start = 0;
  for (;;) {
    const end = line.indexOf(between, start);
    if (end === -1) break;
    parts.push(line.subarray(start, end));
    start = end + between.length;
  }
  parts.push(line.subarray(start));
  return parts;
}

function fromHex(text: string): Buffer {
  const digits = text.replaceAll(/\s/g, '');
  if (/^(?:[0-9a-f]{2})*$/i.test(digits)) return Buffer.from(digits, 'hex');
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw misuse(`${shown} is not hex: write two digits for each byte`);
}
