/**
 * The lines of a journal, and how to read them. Pure.
 *
 *   {"socketlab":"auction journal","version":1,"options":{…}}       the first line
 *   {"type":"joined","name":"ann","token":"…","attempt":"…"}        an event a line
 *   {"type":"bid","round":0,"name":"ann","amount":7}
 *
 * A line that cannot be read is an error that names the line: where money is concerned,
 * nothing is guessed. On replay, the rules decide whether its events could have happened.
 *
 * Read next: ../server/journal.ts, ../server/replay.ts.
 */
import * as v from 'valibot';
import { MisuseError } from '../../common/index.ts';
import type { AuctionEvent } from './events.ts';
import { type AuctionOptions, auctionOptions } from './options.ts';

/** What identifies a seat. The journal keeps it. */
export interface SeatKey {
  token: string;
  /** The join attempt that got the seat. */
  attempt?: string | undefined;
}

/** An event as the journal keeps it; a join carries the key to the seat, if it has one. */
export type JournalRecord = AuctionEvent & Partial<SeatKey>;

export const JOURNAL_VERSION = 1;

/** What the first line says. */
export interface JournalHeader {
  options: AuctionOptions;
  /** The join code that the game began with. */
  code: string | undefined;
}

/** Bytes that are not UTF-8 must not turn into other characters of a name. */
export function linesOf(file: string, bytes: Buffer): string[] {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf('\n', start);
    const line = bytes.subarray(start, end);
    try {
      lines.push(decoder.decode(line));
    } catch {
      throw corrupted(file, lines.length + 1, 'it is not UTF-8');
    }
    start = end + 1;
  }
  return lines;
}

const headerSchema = v.object({
  socketlab: v.literal('auction journal'),
  version: v.literal(JOURNAL_VERSION),
  options: v.record(v.string(), v.unknown()),
  code: v.optional(v.string()),
});

export function readHeader(file: string, line: string): JournalHeader {
  const { success, output } = v.safeParse(headerSchema, parseJson(line));
  if (!success) throw misuse(`${file} is not an auction journal of version 1`);
  try {
    return { options: auctionOptions(output.options), code: output.code };
  } catch (error) {
    throw corrupted(file, 1, (error as Error).message);
  }
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
  v.object({ type: v.literal('freed'), name }),
  v.object({ type: v.literal('started') }),
  v.object({ type: v.literal('opened'), round, item: v.string() }),
  v.object({ type: v.literal('bid'), round, name, amount: v.number() }),
  v.variant('why', [
    v.object({
      type: v.literal('passed'),
      round,
      name,
      why: v.picklist(['own-wish', 'deadline']),
    }),
    v.object({
      type: v.literal('passed'),
      round,
      name,
      why: v.literal('bad-bid'),
      word: v.string(),
    }),
  ]),
  v.object({ type: v.literal('sold'), round, item: v.string(), name, price: v.number() }),
  v.object({ type: v.literal('unsold'), round, item: v.string() }),
  v.object({ type: v.literal('over'), winner: v.optional(name) }),
]);

export function readRecord(file: string, line: string, number: number): JournalRecord {
  const { success, output } = v.safeParse(recordSchema, parseJson(line));
  if (success) return output as JournalRecord;
  throw corrupted(file, number, `it is not an event: ${line.slice(0, 60)}`);
}

/** @param line counts from 1; line 1 holds the options of the game */
export function corrupted(file: string, line: number, why: string): MisuseError {
  return misuse(`${file} is corrupted at line ${line}: ${why}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export function misuse(why: string, cause?: unknown): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', `journal: ${why}`, { cause });
}
