/**
 * Splits a command into words, as it is typed. Pure. No shell sees it, so it means the same on
 * every system: spaces separate, quotes of either kind hold together, and a backslash is a
 * backslash, as in the paths of Windows.
 */
import { misuse, type MisuseError } from '../../../common/index.ts';

/** What comes before a command where other kinds of bots could stand. */
export const PROGRAM = 'exec:';

/** @throws {MisuseError} ERR_BAD_ARGUMENT when there is no word, or a quote is not closed */
export function splitCommand(command: string): string[] {
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
  if (quote !== undefined) throw bad(`the quote ${quote} in ${command} is not closed`);
  if (words.length === 0) throw bad('exec: takes a program, as in "exec:python3 bot.py"');
  return words;
}

function bad(why: string): MisuseError {
  return misuse(`bot: ${why}`);
}
