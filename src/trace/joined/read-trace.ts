/**
 * Checks the lines of a trace file. Pure: lines in, events and problems out.
 *
 * It is normal for a trace to be incomplete: a killed process stops in the middle of a line.
 * Such lines are left out and reported as problems, and the rest can be used. A file that is not
 * a trace, or has another version, is refused.
 *
 * Read next: ../load-trace.ts, which reads files with it; join.ts, which makes sense of the
 * events.
 */
import * as v from 'valibot';
import { MisuseError } from '../../common/index.ts';
import { type Line, schemaOf, TRACE_VERSION, type TraceLine } from './format.ts';
import type { Problem } from './joined.ts';
import { isPlainEvent } from './plain-events.ts';

export interface TraceFile {
  head: Line<'trace'>;
  /** All other lines, in the order of the file. */
  lines: Exclude<TraceLine, { type: 'trace' }>[];
  problems: Problem[];
}

/** Far longer than any line that a recorder writes; in characters. */
export const LONGEST_LINE = 65_536;
/** How many bad lines are reported one by one. */
const TOLD = 5;

/** Takes the lines of a file in order. */
export class TraceReader {
  readonly #name: string;
  #number = 0;
  #head: Line<'trace'> | undefined;
  readonly #lines: TraceFile['lines'] = [];
  readonly #problems: Problem[] = [];
  #bad = 0;
  readonly #shared = new Map<string, Map<number, object>>();

  /** @param name the file's name, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /** @throws {MisuseError} ERR_BAD_TRACE when the first line is not that of a trace */
  push(text: string): void {
    this.#number += 1;
    if (text.trim() === '') return;
    if (!this.#head) {
      this.#head = parseHead(text, this.#name);
      return;
    }
    const line = parseLine(text);
    if (typeof line !== 'string' && line.type !== 'trace') {
      this.#share(line);
      this.#lines.push(line);
      return;
    }
    this.#bad += 1;
    if (this.#bad > TOLD) return;
    const why = typeof line === 'string' ? line : 'is a second header line';
    this.#problems.push({
      kind: 'cut',
      text: `line ${this.#number} was left out: it ${why}`,
    });
  }

  /** Many events name the same line and the same address: a third of what a long trace takes. */
  #share(line: TraceLine): void {
    if ('at' in line && line.at) {
      const { file, line: number } = line.at;
      line.at = this.#one(file, number, line.at);
    }
    if ('to' in line && typeof line.to === 'object' && 'host' in line.to) {
      line.to = this.#one(line.to.host, line.to.port, line.to);
    }
    if ('from' in line && line.from && 'host' in line.from) {
      line.from = this.#one(line.from.host, line.from.port, line.from);
    }
  }

  /** The first that was seen of those that say the same. */
  #one<T extends object>(text: string, number: number, value: T): T {
    let known = this.#shared.get(text);
    if (!known) this.#shared.set(text, (known = new Map()));
    const first = known.get(number);
    if (first) return first as T;
    known.set(number, value);
    return value;
  }

  /** @throws {MisuseError} ERR_BAD_TRACE when there was no line at all */
  end(): TraceFile {
    if (!this.#head)
      throw badTrace(`${this.#name} is empty, so there is nothing to show`);
    if (this.#bad > TOLD) {
      const more = this.#bad - TOLD;
      this.#problems.push({ kind: 'cut', text: `${more} more lines were left out` });
    }
    return { head: this.#head, lines: this.#lines, problems: this.#problems };
  }
}

/** For a trace that is in memory as a whole. */
export function parseTrace(text: string, name = 'the trace'): TraceFile {
  const reader = new TraceReader(name);
  for (const line of text.split('\n')) reader.push(line);
  return reader.end();
}

function parseHead(text: string, name: string): Line<'trace'> {
  const line = parseLine(text);
  if (typeof line !== 'string' && line.type === 'trace') return line;
  const version = versionOf(text);
  throw badTrace(
    version === undefined || version === TRACE_VERSION
      ? `${name} is not a trace: record one with socketlab trace -- node your-program.js`
      : `${name} is a trace of version ${version}, and this socketlab reads version ` +
          `${TRACE_VERSION}: record it again`,
  );
}

/** The event, or what is wrong with the line. */
function parseLine(text: string): TraceLine | string {
  if (text.length > LONGEST_LINE) return `has more than ${LONGEST_LINE} characters`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is incomplete';
  }
  if (isPlainEvent(value)) return value;
  const schema = schemaOf(value);
  if (!schema) return "is not an event (see 'type')";
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  return `is not an event${place === null ? '' : ` (see '${place}')`}`;
}

function versionOf(text: string): number | undefined {
  const Versioned = v.object({ type: v.literal('trace'), version: v.number() });
  try {
    return v.parse(Versioned, JSON.parse(text)).version;
  } catch {
    return undefined;
  }
}

function badTrace(why: string): MisuseError {
  return new MisuseError('ERR_BAD_TRACE', why);
}
