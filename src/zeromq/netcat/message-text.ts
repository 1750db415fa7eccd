/**
 * Messages as lines, and lines as messages. Pure.
 *
 *   line             parts                       with
 *   hello            [hello]
 *   a|b|c            [a] [b] [c]                 --separator '|'
 *   68 69            [hi]                        --hex; a tab, or the separator, between parts
 *   0x00a3|hello     [00 a3] [hello]             a router: whom it is for, then the message
 *
 * A part that is not text, or that contains a line break, hidden characters or what separates
 * parts, is printed as 0x and its bytes in hex, so that each message stays one line. 0x is read
 * back only where a message begins with a name: everywhere else a line goes out as it was typed.
 * With --hex every message that is printed can be read back.
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
  const parts = divide(line, form);
  if (form.named && parts.length < 2) {
    const { separator = TAB } = form;
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
  const between = form.separator ?? TAB;
  // A line that is one part may have a tab in it, and is read back with it.
  const divided = parts.length > 1 || form.separator !== undefined;
  return parts
    .map((part, index) => {
      if (form.hex) return part.toString('hex');
      const confusing = divided && part.includes(between);
      const named = form.named && index === 0 && part.subarray(0, 2).toString() === '0x';
      return confusing || named ? inHex(part) : printPart(part);
    })
    .join(between);
}

/**
 * What `answer` says to a question, whose bytes stand where it has `{}`: if they are in several
 * parts, so is the answer.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when it is not a message in this form
 */
export function answerTo(
  question: readonly Buffer[],
  answer: string,
  form: TextForm,
): Buffer[] {
  const parts: Buffer[] = [];
  const append = (bytes: Buffer): void => {
    parts.push(Buffer.concat([parts.pop()!, bytes]));
  };
  for (const template of divide(Buffer.from(answer), form)) {
    for (const [index, text] of split(template, '{}').entries()) {
      const bytes = form.hex ? fromHex(text.toString()) : text;
      if (index === 0) {
        parts.push(bytes);
        continue;
      }
      append(question[0]!);
      parts.push(...question.slice(1));
      append(bytes);
    }
  }
  return parts;
}

/** For JSON: a string for each part that is text, `{"hex": "…"}` for the others. */
export function jsonParts(parts: readonly Buffer[]): (string | { hex: string })[] {
  return parts.map((part) =>
    isUtf8(part) ? part.toString('utf8') : { hex: part.toString('hex') },
  );
}

function printPart(part: Buffer): string {
  const text = part.toString('utf8');
  // Characters that move the cursor, or turn the direction of writing around, would play tricks on
  // a terminal.
  const shows =
    isUtf8(part) && !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/u.test(text.replaceAll(TAB, ''));
  return shows ? text : inHex(part);
}

function inHex(part: Buffer): string {
  return `0x${part.toString('hex')}`;
}

function divide(line: Buffer, { separator, named, hex }: TextForm): Buffer[] {
  const between = separator ?? (named || hex ? TAB : undefined);
  return between === undefined ? [line] : split(line, between);
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
