/**
 * Reads the header that opens every lesson program from its source. Pure.
 *
 *   /**
 *    * UDP uppercase: the client.            title
 *    *
 *    * Shows:    One datagram there, …       fields, each once; a deeper line continues
 *    * See:                                  what the reader sees, line by line:
 *    *   Input lowercase sentence:«hello»      «…» is typed by the reader, with Enter
 *    *   HELLO from port <port>                <port>, <n>, <path>, <word>: what varies
 *    *   …                                     the line before again, any number of times
 *    *   ^C                                    last line: the reader ends it with Ctrl-C
 *    * /
 *
 * A test compares the See block with a real run, and `socketlab run` reads from it what to
 * wait for and what to type, so it cannot drift away from the program.
 */
import { MisuseError } from '../common/index.ts';

/** One line of a See block: what the program prints, then what the reader types, if anything. */
export interface SeenLine {
  printed: string;
  typed?: string;
}

export interface ProgramHeader {
  title: string;
  /** The text of each field except See, on one line, by its name: Shows, Lecture, Run … */
  fields: Record<string, string>;
  see: SeenLine[];
  /** True when the program runs until it is interrupted: its See block ends with ^C. */
  serves: boolean;
}

const REQUIRED_FIELDS = ['Shows', 'Lecture', 'Run', 'Exercise'] as const;

const INTERRUPT = '^C';
const AGAIN = '…';

/** @throws {MisuseError} ERR_BAD_LESSON when a required part of the header is missing */
export function parseHeader(source: string, file: string): ProgramHeader {
  // Editors and git on Windows may end lines with CRLF.
  const text = source.replaceAll('\r\n', '\n');
  const comment = /\/\*\*\n([^]*?)\n \*\//.exec(text)?.[1];
  if (comment === undefined)
    throw badHeader(file, 'does not open with a /** … */ header');
  const [title = '', ...lines] = comment
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''));

  const fields: Record<string, string> = {};
  let see: string[] = [];
  let current: string | undefined;
  for (const line of lines) {
    const field = /^([A-Z][a-z]+):\s*(.*)$/.exec(line);
    if (field) {
      current = field[1]!;
      fields[current] = field[2]!;
    } else if (current === 'See') {
      see.push(line.slice(2));
    } else if (current !== undefined) {
      fields[current] = `${fields[current]} ${line.trim()}`;
    }
  }
  delete fields['See'];
  for (const name of REQUIRED_FIELDS) {
    if (!fields[name]) throw badHeader(file, `its header has no ${name}: line`);
  }
  const serves = see.at(-1) === INTERRUPT;
  if (serves) see = see.slice(0, -1);
  if (see.length === 0) throw badHeader(file, 'its See: block is empty');
  return { title, fields, see: see.map(parseLine), serves };
}

/**
 * Matches everything that the program writes when its input is a pipe. Typed text is not
 * part of that: only a terminal echoes it, with the line break that ends it.
 */
export function seenPattern(see: readonly SeenLine[]): RegExp {
  const lines = see.map((line, index) => {
    if (line.printed === AGAIN && index > 0) {
      return `(?:${pattern(see[index - 1]!.printed)}\n)*`;
    }
    return line.typed === undefined
      ? `${pattern(line.printed)}\n`
      : pattern(line.printed);
  });
  return new RegExp(`^${lines.join('')}$`);
}

/** Matches output that ends with `line`, just printed. */
export function linePattern(line: SeenLine): RegExp {
  return new RegExp(`${pattern(line.printed)}${line.typed === undefined ? '\n' : '$'}`);
}

function parseLine(line: string): SeenLine {
  const typed = /^(.*)«(.*)»$/.exec(line);
  return typed ? { printed: typed[1]!, typed: typed[2]! } : { printed: line };
}

const PLACEHOLDERS: Record<string, string> = {
  '<port>': '\\d{1,5}',
  '<n>': '\\d+',
  '<path>': '\\S+',
  '<word>': '\\S+',
};

function pattern(text: string): string {
  return text
    .split(/(<(?:port|n|path|word)>)/)
    .map((part) => PLACEHOLDERS[part] ?? part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
    .join('');
}

function badHeader(file: string, why: string): MisuseError {
  return new MisuseError('ERR_BAD_LESSON', `${file}: ${why}`);
}
