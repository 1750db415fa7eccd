/**
 * One value as JSON, a line, for programs to read. Pure. Whoever wrote what is in it, a terminal
 * that shows it obeys nothing: beyond what JSON itself escapes, C1 controls move cursors, too,
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
