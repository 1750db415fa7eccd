/**
 * Why a program has ended, in the one line of its stderr that says so. Pure.
 *
 *   Python   the last line of its traceback
 *   Node     the first line that names an error: after it come its stack and Node's version
 */

const VERSION = /^Node\.js v\d/;
const HINT = /^\(Use `node /;
const ERROR = /^(?:Uncaught )?[\w$.]*Error(?: \[\w+\])?(?::|$)/;

/** @returns an empty text for a program that has said nothing */
export function lastWords(complaint: string): string {
  const lines = complaint.split('\n').map((line) => line.trimEnd());
  const said = lines.filter((line) => line !== '' && !HINT.test(line));
  if (!VERSION.test(said.at(-1) ?? '')) return said.at(-1)?.trim() ?? '';
  said.pop();
  return said.find((line) => ERROR.test(line)) ?? said.at(-1)?.trim() ?? '';
}
