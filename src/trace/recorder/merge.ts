/**
 * Merges the logs of all processes into one trace: lines in the order of time, each with the
 * number of its process, and at the end the source lines that they name.
 *
 *   4711-0-….log ─┐
 *   4712-0-….log ─┼─ merge by t ─► process …, events …, source …
 *   4713-1-….log ─┘
 *
 * Logs are read as needed, so a trace may be larger than the memory.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SourceLine } from '../joined/index.ts';
import { type Entry, EventLogReader } from './event-log-reader.ts';

/**
 * A call is recorded when it returns, with the time when it began. So the events of a log are
 * slightly out of order: by the few that happened during one call.
 */
const LOOK_AHEAD = 64;
/** Longer lines of programs are cut, in characters. */
const LONGEST_SOURCE = 400;

export interface Merged {
  events: number;
  /** The names of the processes, in the order in which they began. */
  processes: string[];
}

export interface MergeOptions {
  payload: 'none' | 'text' | 'hex';
  /** The folder from which files are told. */
  root: string;
}

/** @param write takes each line, without its end */
export function mergeEventLogs(
  files: readonly string[],
  { payload, root }: MergeOptions,
  write: (line: string) => void,
): Merged {
  const all = files.map((file) => new InOrder(new EventLogReader(file, payload)));
  const places = new Map<string, SourceLine>();
  try {
    const logs = all
      .filter(({ reader, used }) => used && reader.head)
      .sort((a, b) => a.reader.head!.t - b.reader.head!.t);
    let begun = 0;
    let events = 0;
    for (;;) {
      const index = earliest(logs);
      const upTo = logs[index]?.first!.t ?? Infinity;
      while (begun < logs.length && logs[begun]!.reader.head!.t <= upTo) {
        const { type, ...rest } = logs[begun]!.reader.head!;
        begun += 1;
        write(JSON.stringify({ type, process: begun, ...rest }));
      }
      if (index < 0) break;
      const { type, fields } = logs[index]!.take();
      write(JSON.stringify({ type, process: index + 1, ...fields }));
      events += 1;
      notePlace(places, fields['at']);
    }
    for (const line of sourceLines(places.values(), root)) write(line);
    return { events, processes: logs.map(({ reader }) => reader.head!.name) };
  } finally {
    for (const { reader } of all) reader.close();
  }
}

/** The events of a log in the order of time. */
class InOrder {
  readonly reader: EventLogReader;
  /** Whether the process used any socket, or was a relay between two. */
  readonly used: boolean;
  readonly #ahead: Entry[] = [];

  constructor(reader: EventLogReader) {
    this.reader = reader;
    this.#fill();
    this.used = this.#ahead.some(({ type }) => type === 'socket' || type === 'relay');
  }

  /** The earliest that is left. */
  get first(): Entry | undefined {
    return this.#ahead[0];
  }

  take(): Entry {
    const entry = this.#ahead.shift()!;
    this.#fill();
    return entry;
  }

  #fill(): void {
    while (this.#ahead.length < LOOK_AHEAD) {
      const entry = this.reader.next();
      if (entry === undefined) return;
      const place = this.#ahead.findLastIndex(({ t }) => t <= entry.t);
      this.#ahead.splice(place + 1, 0, entry);
    }
  }
}

/** @returns −1 when nothing is left */
function earliest(logs: readonly InOrder[]): number {
  let [best, least] = [-1, Infinity];
  for (const [index, { first }] of logs.entries()) {
    if (first && first.t < least) [best, least] = [index, first.t];
  }
  return best;
}

function notePlace(places: Map<string, SourceLine>, at: unknown): void {
  if (at === undefined) return;
  const { file, line } = at as SourceLine;
  places.set(`${file}:${line}`, { file, line });
}

function sourceLines(places: Iterable<SourceLine>, root: string): string[] {
  const texts = new Map<string, string[]>();
  const found: string[] = [];
  for (const { file, line } of places) {
    if (!texts.has(file)) texts.set(file, linesOf(resolve(root, file)));
    const text = texts.get(file)![line - 1]?.trimEnd().slice(0, LONGEST_SOURCE);
    if (text !== undefined) {
      found.push(JSON.stringify({ type: 'source', file, line, text }));
    }
  }
  return found;
}

/** None for what is no longer a file, or never was one, like `[eval]`. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
