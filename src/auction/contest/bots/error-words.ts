/** What somebody else's code threw, in words. Pure. */
import { describe } from './bot.ts';

/**
 * `TypeError: no such thing (bot.ts:12)`. Anything can be thrown, even something that throws
 * when it is looked at.
 *
 * @param file the URL of the file whose line is wanted
 */
export function errorWords(thrown: unknown, file?: string): string {
  try {
    if (!(thrown instanceof Error)) return describe(thrown);
    const line = file === undefined ? undefined : lineIn(String(thrown.stack), file);
    return `${thrown.name}: ${thrown.message}${line === undefined ? '' : ` (${line})`}`;
  } catch {
    return 'an error that cannot be shown';
  }
}

/** The first line of `file` that a stack names, be it by its path or by its URL. */
function lineIn(stack: string, file: string): string | undefined {
  const encoded = file.slice(file.lastIndexOf('/') + 1);
  const name = decodeURIComponent(encoded);
  for (const row of stack.split('\n')) {
    const [, line] = /:(\d+):\d+\)?$/.exec(row) ?? [];
    if (line === undefined) continue;
    if (row.includes(`${encoded}:`) || row.includes(`${name}:`)) return `${name}:${line}`;
  }
  return undefined;
}
