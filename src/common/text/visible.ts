/** Makes control characters visible, whoever wrote the text. Pure. */

const NAMES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
};

/**
 * Returns text in which every character can be seen. What would move the cursor or turn the
 * direction of writing around, or is not a character at all, is written as an escape. Characters
 * for which there is no room in ASCII are also escaped if `ascii`.
 */
export function visible(text: string, ascii = false): string {
  const hidden = ascii ? /[^\x20-\x7e]/gu : /[\p{C}\p{Zl}\p{Zp}\u{fff9}-\u{fffb}]/gu;
  return text.replaceAll(hidden, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  return NAMES[character] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 1)}}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
