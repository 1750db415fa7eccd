/** What somebody else's code answered or threw, in words. Pure. */

/** Describes any value without calling its methods: it may be built to do harm. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, 40));
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'an array' : 'an object';
    default:
      return String(value);
  }
}

/** How much of what others' code says goes into a report, in characters. */
const LONGEST = 200;

/** Others' words, fit to be printed: one line, no control characters, not too long. */
export function oneLineOf(text: string): string {
  const line = text
    .slice(0, 10 * LONGEST)
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/**
 * `TypeError: no such thing (bot.ts:12)`. Anything can be thrown, even something that throws
 * when it is looked at.
 *
 * @param file the URL of the file whose line is wanted
 */
export function errorWords(thrown: unknown, file?: string): string {
  try {
    if (!(thrown instanceof Error)) return describeValue(thrown);
    const line = file === undefined ? undefined : lineIn(String(thrown.stack), file);
    return `${thrown.name}: ${thrown.message}${line === undefined ? '' : ` (${line})`}`;
  } catch {
    return 'an error that cannot be shown';
  }
}

/** The first line of `file` in a stack trace, whether it gives the path or the URL. */
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

/** Advice for the author of a file that could not be loaded. */
export function loadingAdvice(error: unknown): string {
  if (!(error instanceof SyntaxError)) return '';
  // Without a package.json, older Nodes take a .js file for CommonJS.
  if (/'export'|import statement/.test(error.message)) return '; name it .mjs';
  // Node says where a syntax error is only if it prints the error itself.
  return '; node --check shows where';
}
