/** Lines that a narrow terminal does not cut in the middle of a word. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** What a reader is told to type stands at the end of a line. */
const COMMAND = / +(?=(?:npm run|npx) )/;

/**
 * Wraps text between words, and indents every line like the first. A command at the end moves to a
 * line of its own and stays whole: a command that is broken in two cannot be copied.
 * @param width the terminal's columns; undefined if there is no terminal: then nothing is wrapped
 */
export function wrapped(line: string, width: number | undefined): string {
  if (width === undefined || stringWidth(line) < width) return line;
  const [indent = ''] = /^ */.exec(line)!;
  const [words = '', ...commands] = line.slice(indent.length).split(COMMAND);
  const lines = wrapAnsi(words, width - 1 - indent.length).split('\n');
  return lines
    .concat(commands)
    .map((part) => indent + part)
    .join('\n');
}

/** The columns of a terminal; undefined for a pipe or a file. */
export function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  // Some pseudo-terminals say that they have no columns at all.
  return (stream.isTTY && stream.columns) || undefined;
}
