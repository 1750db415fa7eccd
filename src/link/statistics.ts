/**
 * What a relay counts, and tells about each packet.
 *
 *     received = lost + queueFull + overloaded + refused clients' + packets that went on
 *     delivered = packets that arrived + duplicated
 */
import type { Fate } from './fate.ts';
import type { Direction } from './options.ts';
import type { Outcome } from './wire.ts';

/** One direction of a datagram relay. Every number is of datagrams, unless it says bytes. */
export interface DatagramCounts {
  /** Came to the relay. Packet k is the k-th of these. */
  received: number;
  receivedBytes: number;
  /** Went on to the other side, copies included. */
  delivered: number;
  deliveredBytes: number;
  /** By chance, by list or by record. */
  lost: number;
  /** Copies that were added. */
  duplicated: number;
  /** Those that later ones were to overtake. */
  reordered: number;
  /** Those in which a bit was flipped. */
  corrupted: number;
  /** Dropped at the end of the full queue. */
  queueFull: number;
  /** Dropped because the relay had too many on their way. */
  overloaded: number;
  /** Could not be sent: the system refused. */
  failed: number;
}

/** Told about each packet as it comes to the relay. */
export interface FateEvent {
  /** Milliseconds since the relay was opened. */
  time: number;
  direction: Direction;
  /** Counted from 1 in each direction. */
  k: number;
  /** Bytes of payload. */
  size: number;
  fate: Fate;
  outcome: Outcome;
  /** Who is at the near end: `127.0.0.1:40312`. */
  client: string;
}

export function noDatagrams(): DatagramCounts {
  return {
    received: 0,
    receivedBytes: 0,
    delivered: 0,
    deliveredBytes: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    queueFull: 0,
    overloaded: 0,
    failed: 0,
  };
}

/** Counts what became of a packet at the entrance of the wire. */
export function countOutcome(counts: DatagramCounts, outcome: Outcome, fate: Fate): void {
  switch (outcome) {
    case 'lost':
      counts.lost += 1;
      break;
    case 'queue-full':
      counts.queueFull += 1;
      break;
    case 'overloaded':
      counts.overloaded += 1;
      break;
    case 'sent':
      counts.duplicated += fate.copies.length;
      if (fate.overtakenBy > 0) counts.reordered += 1;
      if (fate.flippedAt >= 0) counts.corrupted += 1;
      break;
  }
}
