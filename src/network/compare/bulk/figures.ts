/**
 * Turns the record of a bulk lane into its figures. Pure.
 *
 * Goodput counts what a reader got, each byte once, from the first byte sent to the last one read.
 * Retransmissions, headers and acknowledgements do not count.
 *
 * Jain's index says how evenly streams share a link: (Σx)² ÷ (n × Σx²) of what each had got when
 * the first of them was done. 1 is even; 1/n if one has everything.
 *
 * Source: Jain, Chiu, Hawe, "A quantitative measure of fairness", DEC-TR-301, 1984.
 */
import { jain } from '../../../common/index.ts';
import type { BulkLane, BulkPlan } from './plan.ts';
import { type BulkRecord, queueOf, type Reading, type Sending } from './record.ts';

interface StreamResult {
  bytes: number;
  /** From the first byte of all to the last one of this stream; null if none arrived. */
  ms: number | null;
  goodputMbit: number | null;
}

export interface BulkResult {
  lane: BulkLane;
  streams: readonly StreamResult[];
  /** For all streams: the bytes that were to arrive, and those that did. */
  sentBytes: number;
  bytes: number;
  ms: number | null;
  goodputMbit: number | null;
  /** Null if there is one stream, or nothing arrived. */
  jain: number | null;
  /** Packets of data, the repeated ones included; null if the kernel makes the link. */
  packets: {
    sent: number;
    sentAgain: number;
    /** Lost by their fate; those that met a full queue are `queueFull`. */
    lost: number;
    queueFull: number;
    acknowledgements: number;
  } | null;
  /** The most packets that waited, and the largest congestion window; null if there is none. */
  longestQueue: number | null;
  largestWindow: number | null;
  setUpMs: number;
  finished: boolean;
  modelled: boolean;
  sendings: readonly Sending[] | null;
  readings: readonly Reading[];
}

export function bulkFigures(record: BulkRecord, plan: BulkPlan): BulkResult {
  const { acknowledgements = 0, finished, lane, modelled, readings, sendings } = record;
  const streams = Array.from({ length: plan.streams }, (_, stream) => {
    return streamResult(readings.filter((one) => one.stream === stream));
  });
  const bytes = streams.reduce((sum, one) => sum + one.bytes, 0);
  const ms = bytes === 0 ? null : Math.max(...streams.map((one) => one.ms ?? 0));
  const windows = (sendings ?? []).flatMap(({ window }) => window ?? []);
  return {
    lane,
    streams,
    sentBytes: plan.streams * plan.bytes,
    bytes,
    ms,
    goodputMbit: goodput(bytes, ms),
    jain: plan.streams === 1 ? null : jain(sharesOf(readings, plan)),
    packets: sendings
      ? {
          sent: sendings.length,
          sentAgain: count(sendings, ({ attempt }) => attempt > 0),
          lost: count(sendings, ({ outcome }) => outcome === 'lost'),
          queueFull: count(sendings, ({ outcome }) => outcome === 'queue-full'),
          acknowledgements,
        }
      : null,
    longestQueue: sendings
      ? queueOf(record, plan).reduce((most, { packets }) => Math.max(most, packets), 0)
      : null,
    largestWindow:
      windows.length > 0 ? round(windows.reduce((a, b) => Math.max(a, b))) : null,
    setUpMs: round(record.setUp),
    finished,
    modelled,
    sendings: sendings?.map(rounded) ?? null,
    readings: readings.map(({ at, bytes: got, stream }) => ({
      at: round(at),
      stream,
      bytes: got,
    })),
  };
}

function streamResult(readings: readonly Reading[]): StreamResult {
  const last = readings.at(-1);
  if (!last) return { bytes: 0, ms: null, goodputMbit: null };
  return {
    bytes: last.bytes,
    ms: round(last.at),
    goodputMbit: goodput(last.bytes, last.at),
  };
}

/** How much each stream had received when the first one had received its last byte. */
function sharesOf(readings: readonly Reading[], { bytes, streams }: BulkPlan): number[] {
  const whole = readings.find((one) => one.bytes >= bytes);
  const until = whole?.at ?? Infinity;
  const shares = Array.from({ length: streams }, () => 0);
  for (const { at, bytes: got, stream } of readings)
    if (at <= until) shares[stream] = got;
  return shares;
}

/** Mbit/s, to three digits; null where it took no time. */
function goodput(bytes: number, ms: number | null): number | null {
  if (ms === null || ms <= 0 || bytes === 0) return null;
  return Number(((bytes * 8) / ms / 1000).toPrecision(3));
}

function count(sendings: readonly Sending[], is: (one: Sending) => boolean): number {
  return sendings.filter(is).length;
}

function rounded(one: Sending): Sending {
  const window = one.window === null ? null : round(one.window);
  return { ...one, at: round(one.at), window };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A result in which no part is null, to check the fields of a claim against. */
export function bulkResultWithEverything(lane: BulkLane, plan: BulkPlan): BulkResult {
  const streams = Array.from({ length: plan.streams }, (_, stream) => stream);
  const sending = { at: 1, offset: 0, size: 1, attempt: 0, window: 1 } as const;
  const record: BulkRecord = {
    lane,
    sendings: streams.map((stream) => ({ ...sending, stream, outcome: 'sent' })),
    readings: streams.map((stream) => ({ at: 1, stream, bytes: plan.bytes })),
    acknowledgements: 0,
    setUp: 0,
    finished: true,
    modelled: false,
  };
  return bulkFigures(record, plan);
}
