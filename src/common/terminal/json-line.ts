/**
 * One value as a line of JSON, for programs to read. Pure. Whoever wrote its text, a terminal
 * that shows it obeys none of it: besides what JSON escapes, C1 controls also move cursors,
 * and others turn the direction of writing around. For a program it is the same value.
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
