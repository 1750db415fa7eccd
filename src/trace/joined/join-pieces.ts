/**
 * Finds which bytes of which write came with which read. Every byte of a stream has a number,
 * so there is nothing to guess: where a write and a read overlap, the bytes are the same.
 *
 *   writes   ├──── 0…29 ────────────────────┤├30…32┤
 *   reads    ├─0…7─┤├──8…19───┤├─20…29──────┤
 *   pieces   ├──1──┤├────2────┤├─────3──────┤├─ 4 ─┤  the last one: written, never read
 */
import type { Line } from './format.ts';
import type { Piece } from './joined.ts';

interface Range {
  offset: number;
  bytes: number;
}

export interface Ends {
  /** Undefined for an end that was not traced. */
  writes: readonly Line<'write'>[] | undefined;
  reads: readonly Line<'read'>[] | undefined;
  /** Whether the receiver was watched to its end; so it was, unless told otherwise. */
  watched?: boolean;
  /** How many bytes went to the system; all of them, unless told otherwise. */
  taken?: number;
  /** How many bytes a relay passed on; all that it received, unless told otherwise. */
  passed?: number;
  /** How many of the last of those may not have gone. */
  unsure?: number;
}

/** Cuts the stream where a write or a read begins or ends. Writes and reads are in order. */
export function joinPieces(ends: Ends): Piece[] {
  const { writes, reads, taken = Infinity, unsure = 0, passed = Infinity } = ends;
  const sure = taken - unsure;
  const watched = reads !== undefined && (ends.watched ?? true);
  const pieces: Piece[] = [];
  let [w, r] = [0, 0];
  let at = 0;
  for (;;) {
    w = firstAfter(writes, w, at);
    r = firstAfter(reads, r, at);
    const [write, read] = [writes?.[w], reads?.[r]];
    if (!write && !read) return pieces;
    const [written, isRead] = [covers(write, at), covers(read, at)];
    const left = Math.min(...[passed, sure, taken].filter((cut) => at < cut));
    const stop = Math.min(nextCut(write, at), nextCut(read, at), left);
    if (written || isRead) {
      let fate = fateOf(written, isRead, watched && at < sure);
      if (written && !isRead && at >= passed) fate = 'lost';
      if (written && !isRead && at >= taken) fate = 'unsent';
      pieces.push({
        start: at,
        stop,
        ...(written && { write: w }),
        ...(isRead && { read: r }),
        fate,
      });
    }
    at = stop;
  }
}

/** Read but not written: the sender's part is missing from the trace. */
function fateOf(written: boolean, isRead: boolean, watched: boolean): Piece['fate'] {
  if (written && isRead) return 'delivered';
  return written && watched ? 'unread' : 'unseen';
}

/** The place of the first range, from `from` on, that ends after `at`. */
function firstAfter(ranges: readonly Range[] = [], from: number, at: number): number {
  for (let place = from; place < ranges.length; place += 1) {
    if (stopOf(ranges[place]!) > at) return place;
  }
  return ranges.length;
}

function stopOf({ offset, bytes }: Range): number {
  return offset + bytes;
}

function covers(range: Range | undefined, at: number): boolean {
  return range !== undefined && range.offset <= at && at < stopOf(range);
}

/** Where the range begins or, if it has begun, ends. */
function nextCut(range: Range | undefined, at: number): number {
  if (!range) return Infinity;
  return range.offset > at ? range.offset : stopOf(range);
}
