/**
 * The raw record of a bulk lane, before it is evaluated. Times are in milliseconds from the first
 * byte. Pure.
 *
 * Over UDP the streams take turns: datagram k belongs to stream (k − 1) mod streams.
 */
import {
  Bottleneck,
  linkOf,
  type Outcome,
  TCP_HEADERS,
  UDP_HEADERS,
} from '../../link/index.ts';
import type { LaneRecord } from '../record.ts';
import { type BulkLane, type BulkPlan, PACKET } from './plan.ts';

/** A packet of data that left, for the first time or again. */
export interface Sending {
  at: number;
  /** Its stream, from 0. */
  stream: number;
  /** Bytes of the stream before it, and in it. */
  offset: number;
  size: number;
  /** 0 for the first time. */
  attempt: number;
  outcome: Outcome;
  /** The sender's congestion window at that time, in packets; null over UDP, which has none. */
  window: number | null;
}

/** How many bytes of a stream had been read at a time, over TCP in order. */
export interface Reading {
  at: number;
  stream: number;
  bytes: number;
}

export interface BulkRecord {
  lane: BulkLane;
  /** Undefined, like `acknowledgements`, if the kernel makes the link. */
  sendings: readonly Sending[] | undefined;
  readings: readonly Reading[];
  acknowledgements: number | undefined;
  /** Milliseconds before the first byte could leave. */
  setUp: number;
  /** False if we stopped waiting. */
  finished: boolean;
  modelled: boolean;
}

/** How many packets waited at the link's rate. */
export interface Queued {
  at: number;
  packets: number;
}

/** The queue of the link towards the receiver, each time a packet came to it or left it. */
export function queueOf(record: BulkRecord, { link }: BulkPlan): Queued[] {
  const bottleneck = new Bottleneck(linkOf(link).there);
  const headers = record.lane === 'udp' ? UDP_HEADERS : TCP_HEADERS;
  const inOrder = (record.sendings ?? []).toSorted((one, other) => one.at - other.at);
  const changes = inOrder.flatMap(({ at, outcome, size }) => {
    // Whatever is lost by its fate takes neither time nor room: link/model/wire.ts.
    if (outcome !== 'sent' && outcome !== 'queue-full') return [];
    if (bottleneck.send(at, size + headers) === undefined) return [];
    const { start } = bottleneck;
    return start === at
      ? [{ at, by: 0 }]
      : [
          { at, by: 1 },
          { at: start, by: -1 },
        ];
  });
  let packets = 0;
  return changes
    .toSorted((one, other) => one.at - other.at || one.by - other.by)
    .map(({ at, by }) => ({ at, packets: (packets += by) }));
}

/** The UDP lane is the lane of messages, with large messages, and streams that take turns. */
export function bulkOfDatagrams(
  { arrivals, fates, kernelDrops, setUp, finished }: LaneRecord,
  { bytes, streams }: BulkPlan,
): BulkRecord {
  const streamOf = (k: number): number => (k - 1) % streams;
  const offsetOf = (k: number): number => Math.floor((k - 1) / streams) * PACKET;
  const sizeOf = (k: number): number => Math.min(PACKET, bytes - offsetOf(k));
  const read = Array.from({ length: streams }, () => 0);
  const seen = new Set<number>();
  const readings = arrivals.flatMap(({ at, k }) => {
    if (seen.has(k)) return [];
    seen.add(k);
    const stream = streamOf(k);
    read[stream]! += sizeOf(k);
    return [{ at, stream, bytes: read[stream]! }];
  });
  return {
    lane: 'udp',
    sendings:
      kernelDrops === undefined
        ? undefined
        : fates.map(({ at, attempt, k, outcome }) => ({
            at,
            stream: streamOf(k),
            offset: offsetOf(k),
            size: sizeOf(k),
            attempt,
            outcome,
            window: null,
          })),
    readings,
    acknowledgements: kernelDrops === undefined ? undefined : 0,
    setUp: setUp.ms,
    finished,
    modelled: false,
  };
}
