/**
 * What a relay counts, and tells about each packet.
 *
 * Once nothing is on its way any more, of datagrams
 *
 *     delivered = received − lost − queueFull − overloaded − failed + duplicated
 */
import type { Direction, Fate } from './packet.ts';
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

/** One direction of a stream relay, all connections together. Modelled, but for the bytes. */
export interface StreamCounts {
  /** Came to the relay. */
  bytes: number;
  /** Went on to the other side. */
  deliveredBytes: number;
  /** Segments that were sent a first time. */
  segments: number;
  /** How often one was sent again. */
  retransmissions: number;
  /** Sendings that were lost by chance, by list or by record, or with a flipped bit. */
  lost: number;
  /** Sendings that were dropped at the end of the full queue. */
  queueFull: number;
  /** Segments that had arrived and waited for an earlier one: head-of-line blocking. */
  waited: number;
}

/** Told about each sending of a segment, the first and the repeated ones. */
export interface StreamFateEvent extends FateEvent {
  /** No packet was really lost: the relay computes what loss would have done. */
  modelled: true;
  /** The connection's number, from 0. */
  line: number;
  /** 0 for the first sending. */
  attempt: number;
  /** Bytes of the stream before it. */
  offset: number;
}

/** Told when a segment is passed on. Times are milliseconds since the relay was opened. */
export interface DeliveryEvent {
  modelled: true;
  direction: Direction;
  line: number;
  k: number;
  offset: number;
  size: number;
  /** When it could be read; when its packet arrived; when it was first to be sent. */
  time: number;
  arrivedAt: number;
  offeredAt: number;
  /** How often it was sent. */
  attempts: number;
  /** The segment that was missing when it arrived; 0 if none was. */
  waitedFor: number;
}

export interface DatagramRelayStatistics {
  there: DatagramCounts;
  back: DatagramCounts;
  /** How many clients there are, and have been. */
  clients: number;
  clientsEver: number;
  /** Datagrams of clients for whom there was no room, which got no number. */
  turnedAway: number;
  /** How often the target's machine said that nobody listens there. */
  nobodyThere: number;
}

export interface StreamRelayStatistics {
  /** Segments and their losses are computed, not observed. */
  modelled: true;
  there: StreamCounts;
  back: StreamCounts;
  /** How many connections there are, and have been. */
  connections: number;
  connectionsEver: number;
  /** Connections for which there was no room. */
  turnedAway: number;
  /** How often the target could not be reached. */
  nobodyThere: number;
  /** Connections that were broken off, by one side or by the link. */
  resets: number;
}

export function noStreams(): StreamCounts {
  return {
    bytes: 0,
    deliveredBytes: 0,
    segments: 0,
    retransmissions: 0,
    lost: 0,
    queueFull: 0,
    waited: 0,
  };
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
