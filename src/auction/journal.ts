/**
 * The journal: every event of an auction, in a file, before anybody is told of it.
 *
 *   {"socketlab":"auction journal","version":1,"options":{…}}       the first line
 *   {"type":"joined","name":"ann","token":"…","attempt":"…"}        an event a line
 *   {"type":"bid","round":0,"name":"ann","amount":7}
 *
 * Events are appended and flushed to the disk (fdatasync, fsync(2)) before the answers leave
 * that depend on them: what a bidder was told has happened is there after a crash of the
 * program, and of the machine. Many events that came together are flushed together, as
 * databases do ("group commit"), because each flush waits for the disk.
 *
 * A crash in the middle of a write leaves half a line at the end. Nobody was told of what
 * stood there, so it is cut off. Anything else that cannot be read is an error with its line:
 * money is not guessed at.
 *
 * The file holds the seats' secret tokens and sealed bids: only its owner may read it.
 */
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import * as v from 'valibot';
import { MisuseError } from '../common/index.ts';
import type { AuctionEvent } from './events.ts';
import type { SeatKey } from './native-protocol.ts';
import { type AuctionOptions, auctionOptions } from './options.ts';

/** An event as it is kept: one who joined, with the key to the seat, if it has one. */
export type JournalRecord = AuctionEvent & Partial<SeatKey>;

export interface OpenJournal {
  journal: Journal;
  options: AuctionOptions;
  /** What happened before. */
  records: readonly JournalRecord[];
  /** How many bytes of half a line were cut off its end. */
  cut: number;
}

const JOURNAL_VERSION = 1;

export class Journal {
  readonly file: string;
  readonly #descriptor: number;
  #lines = '';

  /** Only `createJournal` and `resumeJournal` make one. */
  constructor(file: string, descriptor: number) {
    this.file = file;
    this.#descriptor = descriptor;
  }

  /** Notes it; it is on the disk after the next `flush`. */
  append(record: object): void {
    this.#lines += `${JSON.stringify(record)}\n`;
  }

  /** @throws ENOSPC, EIO from the system: nobody must be told what is not written down */
  flush(): void {
    if (this.#lines === '') return;
    const bytes = Buffer.from(this.#lines);
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#descriptor, bytes, written);
    }
    fdatasyncSync(this.#descriptor);
    this.#lines = '';
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Begins a journal.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is such a file: it may be somebody's game
 * @throws ENOENT, EACCES from the system
 */
export function createJournal(file: string, options: AuctionOptions): Journal {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'ax', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw misuse(
      `${file} is there already: go on with that game (--resume), or choose another file`,
    );
  }
  const journal = new Journal(file, descriptor);
  journal.append({ socketlab: 'auction journal', version: JOURNAL_VERSION, options });
  journal.flush();
  return journal;
}

/**
 * Opens the journal of a game that was interrupted.
 * @throws {MisuseError} ERR_BAD_ARGUMENT when it is no journal, or damaged, with the line
 * @throws ENOENT, EACCES from the system
 */
export function resumeJournal(file: string): OpenJournal {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  const [first = '', ...lines] = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
  const options = readHeader(file, first);
  const records = lines.map((line, index) => readRecord(file, line, index + 2));
  const descriptor = openSync(file, 'r+');
  if (end < bytes.length) ftruncateSync(descriptor, end);
  closeSync(descriptor);
  const journal = new Journal(file, openSync(file, 'a'));
  return { journal, options, records, cut: bytes.length - end };
}

const headerSchema = v.object({
  socketlab: v.literal('auction journal'),
  version: v.literal(JOURNAL_VERSION),
  options: v.record(v.string(), v.unknown()),
});

function readHeader(file: string, line: string): AuctionOptions {
  const { success, output } = v.safeParse(headerSchema, parseJson(line));
  if (!success) throw misuse(`${file} is no auction's journal of version 1`);
  return auctionOptions(output.options);
}

const round = v.number();
const name = v.string();
const recordSchema = v.variant('type', [
  v.object({
    type: v.literal('joined'),
    name,
    token: v.optional(v.string()),
    attempt: v.optional(v.string()),
  }),
  v.object({ type: v.literal('started') }),
  v.object({ type: v.literal('opened'), round, item: v.string() }),
  v.object({ type: v.literal('bid'), round, name, amount: v.number() }),
  v.object({
    type: v.literal('passed'),
    round,
    name,
    why: v.picklist(['own-wish', 'deadline']),
  }),
  v.object({ type: v.literal('sold'), round, item: v.string(), name, price: v.number() }),
  v.object({ type: v.literal('unsold'), round, item: v.string() }),
  v.object({ type: v.literal('over'), winner: v.optional(name) }),
]);

function readRecord(file: string, line: string, number: number): JournalRecord {
  const { success, output } = v.safeParse(recordSchema, parseJson(line));
  if (success) return output as JournalRecord;
  throw misuse(`${file}, line ${number}, is damaged: ${line.slice(0, 60)}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function misuse(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', `journal: ${why}`);
}
