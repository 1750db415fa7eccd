/**
 * Turns what a lane recorded into its figures. Pure.
 *
 * Counts the messages that were sent, delivered, lost, duplicated and out of order, and gives
 * percentiles of the latency of those delivered. Lost messages have no latency, which is why
 * UDP looks fast.
 */
import { percentile } from '../../common/index.ts';
import type { Blocked, LaneName, LaneRecord, PacketFate } from './record.ts';

export interface LaneResult {
  lane: LaneName;
  sent: number;
  /** Different messages that arrived intact. */
  delivered: number;
  /** Receive calls that returned something. */
  events: number;
  /** Receive calls that returned one message, no more and no less. */
  boundariesKept: number;
  /** Messages that never arrived intact. */
  lost: number;
  /** Datagrams that the kernel dropped, not the link; null if it is the link, and by chance. */
  kernelDrops: number | null;
  /** Arrivals of messages that had arrived before. */
  duplicated: number;
  /** Messages that arrived after a later one. */
  outOfOrder: number;
  /** Messages that arrived with changed bytes. */
  corrupted: number;
  /** Milliseconds from the sending call to the receiving one; null when nothing arrived. */
  latencyMs: Percentiles | null;
  /** In both directions; null, like `blocked`, if the kernel loses by chance. */
  wire: {
    packets: number;
    bytes: number;
    bytesPerMessage: number;
    retransmitted: number;
    acknowledgements: number;
  } | null;
  setUp: { ms: number; packets: number };
  /** The sendings that something happened to, or that were not the first; null if `wire` is. */
  fates: readonly PacketFate[] | null;
  /** Messages that had arrived and waited for an earlier one: head-of-line blocking. */
  blocked: { messages: number; longestMs: number; examples: BlockedExample[] } | null;
  /** False if we stopped waiting before all had arrived, and before TCP would give up. */
  finished: boolean;
  /** Whether the packets are computed by the relay's model of TCP instead of observed. */
  modelled: boolean;
}

interface Percentiles {
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Message `message` waited `ms` milliseconds for message `waitedFor`. */
interface BlockedExample {
  message: number;
  waitedFor: number;
  ms: number;
}

const MOST_EXAMPLES = 3;

export function measure(record: LaneRecord): LaneResult {
  const { arrivals, fates, lane, modelled, received, sent, setUp, wire } = record;
  const first = firstArrivals(record);
  const latencies = [...first].map(([k, at]) => at - sent[k - 1]!);
  return {
    lane,
    sent: sent.length,
    delivered: first.size,
    events: received.length,
    boundariesKept: received.filter(({ message }) => message !== undefined).length,
    lost: sent.length - first.size,
    kernelDrops: record.kernelDrops ?? null,
    duplicated: arrivals.length - first.size,
    outOfOrder: overtaken(first),
    corrupted: record.corrupted,
    latencyMs: percentiles(latencies),
    wire: wire
      ? {
          ...wire,
          bytesPerMessage: round(wire.bytes / Math.max(1, sent.length)),
          retransmitted:
            wire.retransmitted ?? fates.filter(({ attempt }) => attempt > 0).length,
        }
      : null,
    setUp: { ms: round(setUp.ms), packets: setUp.packets },
    fates: wire ? newsOf(fates) : null,
    blocked: record.blocked ? blockedOf(record.blocked) : null,
    finished: record.finished,
    modelled,
  };
}

function newsOf(fates: readonly PacketFate[]): PacketFate[] {
  const news: PacketFate[] = [];
  for (const fate of fates) {
    if (isNews(fate)) news.push({ ...fate, at: round(fate.at) });
  }
  return news;
}

function isNews({
  attempt,
  copies,
  corrupted,
  outcome,
  overtakenBy,
}: PacketFate): boolean {
  return attempt > 0 || outcome !== 'sent' || copies > 0 || overtakenBy > 0 || corrupted;
}

/** When each message first arrived, in the order of arrival. */
export function firstArrivals({ arrivals }: LaneRecord): Map<number, number> {
  const first = new Map<number, number>();
  for (const { k, at } of arrivals) if (!first.has(k)) first.set(k, at);
  return first;
}

function overtaken(first: ReadonlyMap<number, number>): number {
  let latest = 0;
  let count = 0;
  for (const k of first.keys()) {
    if (k < latest) count += 1;
    else latest = k;
  }
  return count;
}

function percentiles(latencies: readonly number[]): Percentiles | null {
  if (latencies.length === 0) return null;
  const at = (percent: number): number => round(percentile(latencies, percent));
  return { p50: at(50), p90: at(90), p99: at(99), max: at(100) };
}

function blockedOf(blocked: readonly Blocked[]): LaneResult['blocked'] {
  const longest = blocked
    .map(({ k, arrivedAt, readAt, waitedFor }) => {
      return { message: k, waitedFor, ms: roundWait(readAt - arrivedAt) };
    })
    .sort((one, other) => other.ms - one.ms || one.message - other.message);
  // One example for each missing message: the others waited for the same reason.
  const examples = new Map<number, BlockedExample>();
  for (const one of longest) {
    if (!examples.has(one.waitedFor)) examples.set(one.waitedFor, one);
  }
  return {
    messages: blocked.length,
    longestMs: longest[0]?.ms ?? 0,
    examples: [...examples.values()].slice(0, MOST_EXAMPLES),
  };
}

/** To tenths: smaller differences mean nothing on a shared machine. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A wait is computed, not observed: however short, it is not nothing. */
function roundWait(value: number): number {
  return round(value) || Number(value.toPrecision(2));
}
