/**
 * Begins an auction: from the start, or where a journal ends.
 *
 * Read next: journal.ts, replay.ts.
 */
import { misuse } from '../../common/index.ts';
import type { AuctionEvent } from '../game/events.ts';
import { corrupted, type JournalRecord } from '../game/journal-format.ts';
import { type AuctionOptions, auctionOptions } from '../game/options.ts';
import { createJournal, type Journal, resumeJournal } from './journal.ts';
import type { LectureProtocol } from './lecture-protocol.ts';
import type { NativeProtocol } from './native-protocol.ts';
import { Replay } from './replay.ts';
import type { Table } from './table.ts';

export interface PastOptions {
  /** The game's options; a resumed game has its own. */
  game?: Partial<AuctionOptions> | undefined;
  /** The join code; a resumed game keeps its own unless one is given. */
  code?: string | undefined;
  /** The file that every event is written to before it is answered. */
  journal?: string | undefined;
  /** Resumes the game in `journal`. */
  resume?: boolean | undefined;
}

export interface Past {
  options: AuctionOptions;
  code: string | undefined;
  records: readonly JournalRecord[];
  journal: Journal | undefined;
  cut: number;
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT for options, or a journal, that cannot be used */
export function openPast({ code, game, journal: file, resume }: PastOptions): Past {
  if (file !== undefined && resume === true) {
    const past = resumeJournal(file);
    return { ...past, code: code ?? past.code };
  }
  if (resume === true) {
    throw misuse('to resume a game, name its journal');
  }
  const options = auctionOptions({ unsold: 'to-first', ...game });
  const journal = file === undefined ? undefined : createJournal(file, options, code);
  return { options, code, records: [], journal, cut: 0 };
}

interface Protocols {
  native: NativeProtocol;
  /** Undefined when the lecture's bidders cannot take part. */
  lecture: LectureProtocol | undefined;
}

/**
 * Brings the game, and the seats, to where the journal ends.
 * @returns what happened, and what must happen at once: a crash cut it off
 * @throws {MisuseError} ERR_BAD_ARGUMENT when the journal's events cannot have happened
 */
export function replay(
  past: Past,
  table: Table,
  { native, lecture }: Protocols,
): { events: AuctionEvent[]; rest: readonly AuctionEvent[] } {
  const events: AuctionEvent[] = [];
  const game = new Replay(table);
  for (const [index, { token, attempt, ...event }] of past.records.entries()) {
    const why = game.play(event);
    if (why !== undefined) throw corrupted(past.journal!.file, index + 2, why);
    events.push(event);
    if (event.type !== 'joined') continue;
    if (token !== undefined) native.restore(event.name, { token, attempt });
    else lecture?.restore(event.name);
  }
  return { events, rest: game.rest };
}
