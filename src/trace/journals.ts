/**
 * From the journals that each process wrote to one trace file: lines in the order of time, each
 * with its process's number, and at the end the source lines that they name.
 *
 *   4711-0-….jsonl ─┐
 *   4712-0-….jsonl ─┼─ merge by t ─► trace, process, events …, source …
 *   4713-1-….jsonl ─┘
 *
 * A journal is read as it is needed, so that a trace may be longer than the memory is large.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** How much is read at a time, in bytes. */
const CHUNK = 65_536;
/**
 * A call is written down when it is over, with the time when it began: within a journal events
 * are out of order by the few that happened during one call.
 */
const LOOK_AHEAD = 64;
/** Longer lines of programs are cut, in characters. */
const LONGEST_SOURCE = 400;

interface Entry {
  t: number;
  text: string;
}

/** Fields of a line that matter here. */
interface Known {
  type?: unknown;
  t?: unknown;
  name?: unknown;
  at?: { file?: unknown; line?: unknown };
}

/** One journal, read line by line, its events in the order of time. */
export class Journal {
  /** The process line, without its number; undefined when the journal has none. */
  readonly head: Known | undefined;
  /** Did the process use any socket? */
  readonly used: boolean;
  readonly #fd: number;
  readonly #decoder = new StringDecoder('utf8');
  readonly #chunk = Buffer.alloc(CHUNK);
  #lines: string[] = [];
  #rest = '';
  #ended = false;
  #ahead: Entry[] = [];
  readonly #onPlace: (file: string, line: number) => void;

  /** @param onPlace called with every `at` */
  constructor(file: string, onPlace: (file: string, line: number) => void) {
    this.#onPlace = onPlace;
    this.#fd = openSync(file, 'r');
    this.head = parse(this.#line() ?? '');
    this.#fill();
    this.used = this.#ahead.some(({ text }) => text.startsWith('{"type":"socket"'));
  }

  /** The earliest event that is left. */
  peek(): Entry | undefined {
    return this.#ahead[0];
  }

  next(): Entry | undefined {
    const entry = this.#ahead.shift();
    this.#fill();
    return entry;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #fill(): void {
    while (this.#ahead.length < LOOK_AHEAD) {
      const text = this.#line();
      if (text === undefined) return;
      const known = parse(text);
      // A process that was killed stops in the middle of a line.
      if (typeof known?.t !== 'number') continue;
      const { t, at } = known;
      if (typeof at?.file === 'string' && typeof at.line === 'number') {
        this.#onPlace(at.file, at.line);
      }
      const place = this.#ahead.findLastIndex((other) => other.t <= t);
      this.#ahead.splice(place + 1, 0, { t, text });
    }
  }

  #line(): string | undefined {
    while (this.#lines.length === 0 && !this.#ended) {
      const length = readSync(this.#fd, this.#chunk);
      if (length === 0) {
        this.#ended = true;
        if (this.#rest !== '') return this.#rest;
        return undefined;
      }
      const lines = (
        this.#rest + this.#decoder.write(this.#chunk.subarray(0, length))
      ).split('\n');
      this.#rest = lines.pop()!;
      this.#lines = lines.reverse();
    }
    return this.#lines.pop();
  }
}

export interface Merged {
  events: number;
  /** The names of the processes, in the order in which they began. */
  processes: string[];
}

/**
 * @param write takes each line, without its end
 * @param root the folder from which files are told
 */
export function mergeJournals(
  files: readonly string[],
  root: string,
  write: (line: string) => void,
): Merged {
  const places = new Map<string, { file: string; line: number }>();
  const all = files.map(
    (file) =>
      new Journal(file, (at, line) => places.set(`${at}:${line}`, { file: at, line })),
  );
  try {
    const journals = all
      .filter(({ head, used }) => used && typeof head?.t === 'number')
      .sort((a, b) => Number(a.head!.t) - Number(b.head!.t));
    const begin = journals.map(({ head }, index) => ({
      t: Number(head!.t),
      text: numbered(JSON.stringify(head), index + 1),
    }));
    let events = 0;
    for (;;) {
      const index = earliest(journals);
      const upTo = index < 0 ? Infinity : journals[index]!.peek()!.t;
      while (begin.length > 0 && begin[0]!.t <= upTo) write(begin.shift()!.text);
      if (index < 0) break;
      write(numbered(journals[index]!.next()!.text, index + 1));
      events += 1;
    }
    for (const line of sourceLines(places.values(), root)) write(line);
    return { events, processes: journals.map(({ head }) => String(head!.name)) };
  } finally {
    for (const journal of all) journal.close();
  }
}

function earliest(journals: readonly Journal[]): number {
  let [best, least] = [-1, Infinity];
  for (const [index, journal] of journals.entries()) {
    const t = journal.peek()?.t ?? Infinity;
    if (t < least) [best, least] = [index, t];
  }
  return best;
}

/** Every line begins with its type. */
function numbered(text: string, process: number): string {
  return text.replace(/^\{("type":"\w+"),/, `{$1,"process":${process},`);
}

function parse(text: string): Known | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function sourceLines(
  places: Iterable<{ file: string; line: number }>,
  root: string,
): string[] {
  const texts = new Map<string, string[]>();
  const found: string[] = [];
  for (const { file, line } of places) {
    if (!texts.has(file)) texts.set(file, linesOf(resolve(root, file)));
    const text = texts.get(file)![line - 1]?.trimEnd().slice(0, LONGEST_SOURCE);
    if (text !== undefined)
      found.push(JSON.stringify({ type: 'source', file, line, text }));
  }
  return found;
}

/** None for what is no file any more, or never was, like `[eval]`. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
