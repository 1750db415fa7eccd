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

/** The first line of `file` that a stack names; a stack has paths or URLs. */
function lineIn(stack: string, file: string): string | undefined {
  const name = decodeURIComponent(file.slice(file.lastIndexOf('/') + 1));
  for (const row of stack.split('\n')) {
    const at = row.lastIndexOf(`${name}:`);
    if (at === -1) continue;
    const [line] = /^\d+/.exec(row.slice(at + name.length + 1)) ?? [];
    if (line !== undefined) return `${name}:${line}`;
  }
  return undefined;
}
