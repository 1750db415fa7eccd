/**
 * Splits a command into words, as it is typed. Pure. No shell sees it, so it means the same on
 * every system: spaces separate, quotes of either kind hold together, and a backslash is a
 * backslash, as in the paths of Windows.
 */
import { misuse } from './errors.ts';

/**
 * @param what for the message: what takes a command
 * @param example a command that it takes
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is no program, or a quote is not closed
 */
export function splitCommand(command: string, what: string, example: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const letter of command) {
    if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (word !== undefined) words.push(word);
  if (quote !== undefined) {
    throw misuse(`${what}: the quote ${quote} in ${command} is not closed`);
  }
  if (!words[0]) throw misuse(`${what} takes a program, as in ${example}`);
  return words;
}
