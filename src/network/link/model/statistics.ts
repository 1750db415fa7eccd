/**
 * What a relay counts, and what it reports about each packet.
 *
 * Once no datagram is in transit any more,
 *
 *     delivered = received − lost − queueFull − overloaded − failed + duplicated
 */
import type { Direction, Fate } from './packet.ts';
import type { Outcome } from './wire.ts';

/** One direction of a datagram relay. The numbers count datagrams, unless they say bytes. */
export interface DatagramCounts {
  /** Received by the relay. Packet k is the k-th of these. */
  received: number;
  receivedBytes: number;
  /** Passed on to the other side, copies included. */
  delivered: number;
  deliveredBytes: number;
  /** Lost by chance, by list or by record. */
  lost: number;
  /** How many of the lost had a wrong checksum, because a bit was flipped. */
  badChecksum: number;
  /** Copies that were added. */
  duplicated: number;
  /** Held back to be overtaken by later ones. */
  reordered: number;
  /** Passed on with a flipped bit, past the checksum. */
  corrupted: number;
  /** Dropped because the queue was full. */
  queueFull: number;
  /** Dropped because the relay held too many. */
  overloaded: number;
  /** Not sent, because the system refused. */
  failed: number;
}

/** Reported for each packet when the relay receives it. */
export interface FateEvent {
  /** Milliseconds since the relay was opened. */
  time: number;
  direction: Direction;
  /** Counted from 1 in each direction, unless the packet says which one it is. */
  k: number;
  /** If the packet says so: which kind it is, and which attempt. */
  line?: number;
  attempt?: number;
  /** Bytes of payload. */
  size: number;
  fate: Fate;
  outcome: Outcome;
  /** The client's address: `127.0.0.1:40312`. */
  client: string;
}

/** One direction of a stream relay, all connections together. All but the bytes is modelled. */
export interface StreamCounts {
  /** Received by the relay. */
  bytes: number;
  /** Passed on to the other side. */
  deliveredBytes: number;
  /** Segments, each counted once. */
  segments: number;
  /** How often a segment was sent again. */
  retransmissions: number;
  /** Transmissions lost by chance, by list or by record, or because of a flipped bit. */
  lost: number;
  /** Transmissions dropped because the queue was full. */
  queueFull: number;
  /** Packets back to the sender that acknowledge segments, and carry nothing. */
  acknowledgements: number;
  /** Segments that had arrived and waited for an earlier one: head-of-line blocking. */
  waited: number;
}

/** Reported for each transmission of a segment, the first and all others. */
export interface StreamFateEvent extends FateEvent {
  /** No packet was really lost: the relay computes what a loss would have done. */
  modelled: true;
  /** The connection's number, from 0. */
  line: number;
  /** 0 for the first transmission. */
  attempt: number;
  /** How many bytes of the stream come before it. */
  offset: number;
  /** The sender's congestion window at that time, in packets. */
  window: number;
}

/** Reported when a segment is passed on. Times are milliseconds since the relay was opened. */
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

/**
 * Told at once when the relay sees an end of a conversation do something: what `came` from one
 * end, and what `went` on to the other.
 */
export interface Seen {
  /** When, by `performance.now()`: the time from which its delay counts, or at which it was due. */
  at: number;
  direction: Direction;
  stage: 'came' | 'went';
  /** Bytes as they are then, or what happened. `refused`: nobody is at the target. */
  what: Buffer | 'begin' | 'end' | 'reset' | 'refused' | 'close';
  /** Who is at the near end: `127.0.0.1:40312`. */
  client: string;
  /** The connection's number, from 0; 0 for datagrams. */
  line: number;
  /** Of a datagram: its number in its direction, from 1, as in FateEvent. */
  packet?: number;
  /** Of one that came: it goes no further. */
  lost?: boolean;
  /** When a conversation has begun on the other side: from where the relay speaks there. */
  exit?: { host: string; port: number };
}

export interface DatagramRelayStatistics {
  there: DatagramCounts;
  back: DatagramCounts;
  /** How many clients there are, and have been. */
  clients: number;
  clientsEver: number;
  /** Datagrams of clients for whom there was no room; these have no number. */
  turnedAway: number;
  /** How often the target's machine reported a closed port. */
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
  /** Connections that were reset, by one side or by the link. */
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
    acknowledgements: 0,
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
    badChecksum: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    queueFull: 0,
    overloaded: 0,
    failed: 0,
  };
}

/** Counts what the wire did with a packet on entry. */
export function countOutcome(counts: DatagramCounts, outcome: Outcome, fate: Fate): void {
  switch (outcome) {
    case 'lost':
      counts.lost += 1;
      if (fate.flippedAt >= 0) counts.badChecksum += 1;
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
