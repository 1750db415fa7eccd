/**
 * One value as a line of JSON, for programs to read. Pure. Nothing in its text can command a
 * terminal that shows it: besides what JSON escapes, this escapes C1 controls, which move cursors,
 * and characters that reverse the direction of writing. A program reads the same value.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

export function jsonLine(value: object): string {
  return `${JSON.stringify(value).replaceAll(HIDDEN, escaped)}\n`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
