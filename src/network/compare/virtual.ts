/**
 * The lanes in virtual time: no sockets, no timers, the same to the last digit in every run. Pure.
 *
 *     clock   0 ──► 10 ──► 20 ──► …          moved by hand from one event to the next
 *     udp     message ──► Wire ──► receiver
 *     tcp     message ──► Passage ──► receiver      framed: the same, with headers
 *
 * These are the models that the relays use, under the same fates. A run through a relay adds what
 * this machine does: timers that are late, other programs, the kernel's queues. So its figures
 * differ a little from run to run, and these never do.
 *
 * A lane ends when everything has arrived, or when TCP gives up.
 */
import { encodeFrame, HEADER_LENGTH } from '../../framing/index.ts';
import {
  ackLossesOf,
  type Action,
  fatesOf,
  flipBit,
  linkOf,
  Passage,
  UDP_HEADERS,
  Wire,
} from '../link/index.ts';
import { datagramCost, HANDSHAKE, streamCost } from './cost.ts';
import { messageOf, numberOf } from './message.ts';
import type { Plan } from './options.ts';
import {
  type Arrival,
  type Blocked,
  type LaneName,
  type LaneRecord,
  noteFate,
  type PacketFate,
  type ReceiveEvent,
} from './record.ts';

/** What a call to recv returns at most. */
const READ_SIZE = 65_536;
/** Later than any event: all numbers up to it are exact. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** The record of a lane, computed at once. */
export function virtualLane(lane: LaneName, plan: Plan): LaneRecord {
  return lane === 'udp' ? virtualUdp(plan) : virtualStream(lane, plan);
}

/** What a receiver notes. */
class Ear {
  readonly received: ReceiveEvent[] = [];
  readonly arrivals: Arrival[] = [];
  corrupted = 0;

  /** One receive call: how many bytes it returned, and which whole messages. */
  hear(at: number, bytes: number, messages: readonly Uint8Array[], whole: boolean): void {
    const numbers = messages.map(numberOf);
    this.received.push({ at, bytes, message: whole ? numbers[0] : undefined });
    for (const k of numbers) {
      if (k === undefined) this.corrupted += 1;
      else this.arrivals.push({ k, at });
    }
  }
}

function virtualUdp({ every, link, messages, size }: Plan): LaneRecord {
  const whole = linkOf(link);
  const fateOf = fatesOf(whole);
  // In virtual time nothing can arrive faster than it leaves and fill the memory.
  const wire = new Wire<Buffer>({ ...whole.there, capacity: Infinity });
  const ear = new Ear();
  const fates: PacketFate[] = [];
  const sent: number[] = [];
  const listen = (now: number): void => {
    for (const { item, time } of wire.take(now)) {
      ear.hear(time, item.length, [item], true);
    }
  };
  for (let k = 1; k <= messages; k += 1) {
    const time = (k - 1) * every;
    const message = messageOf(k, size);
    const fate = fateOf('there', k);
    const outcome = wire.offer(time, message, size + UDP_HEADERS, fate);
    if (outcome === 'sent' && fate.flippedAt >= 0) flipBit(message, fate.flippedAt);
    fates.push(noteFate({ time, k, fate, outcome }));
    sent.push(time);
    listen(time);
  }
  listen(NEVER);
  return {
    lane: 'udp',
    size,
    setUp: { ms: 0, packets: 0 },
    sent,
    received: ear.received,
    arrivals: ear.arrivals,
    corrupted: ear.corrupted,
    fates,
    kernelDrops: 0,
    blocked: [],
    finished: true,
    wire: datagramCost({ received: messages, receivedBytes: messages * size }),
    modelled: false,
  };
}

function virtualStream(lane: 'tcp' | 'framed', plan: Plan): LaneRecord {
  const { every, messages, size } = plan;
  const header = lane === 'framed' ? HEADER_LENGTH : 0;
  const segment = header + size;
  const link = linkOf({ ...plan.link, segment });
  const opensAt = link.there.delay + link.back.delay;
  const fates: PacketFate[] = [];
  const counts = { segments: 0, retransmissions: 0, acknowledgements: 0 };
  const passage = new Passage({
    link,
    fates: fatesOf(link),
    ackLosses: ackLossesOf(link),
    direction: 'there',
    line: 0,
    opensAt,
    onSent: (event) => {
      fates.push(noteFate(event));
      if (event.attempt === 0) counts.segments += 1;
      else counts.retransmissions += 1;
    },
    onAcknowledged: () => (counts.acknowledgements += 1),
  });
  const ear = new Ear();
  const blocked: Blocked[] = [];
  const sent: number[] = [];
  let ended = false;
  const listen = (now: number): void => {
    const actions = passage.advance(now);
    ended ||= actions.some(({ type }) => type === 'end');
    const read = bytesOf(actions);
    for (const { arrivedAt, k, time, waitedFor } of read.map(
      ({ delivery }) => delivery,
    )) {
      if (waitedFor > 0 && time > arrivedAt) {
        blocked.push({ k, arrivedAt, readAt: time, waitedFor });
      }
    }
    for (const call of lane === 'framed'
      ? read.map((one) => [one])
      : calls(read, segment)) {
      const payloads = call.map(({ data }) => data.subarray(header));
      const bytes = payloads.reduce((sum, { length }) => sum + length, 0);
      ear.hear(call[0]!.delivery.time, bytes, payloads, call.length === 1);
    }
  };
  for (let k = 1; k <= messages; k += 1) {
    const time = opensAt + (k - 1) * every;
    const message = messageOf(k, size);
    listen(time);
    passage.push(time, lane === 'framed' ? encodeFrame(message) : message);
    sent.push(time);
  }
  passage.end(sent.at(-1)!);
  listen(NEVER);
  return {
    lane,
    size,
    setUp: { ms: opensAt, packets: HANDSHAKE },
    sent,
    received: ear.received,
    arrivals: ear.arrivals,
    corrupted: ear.corrupted,
    fates,
    kernelDrops: 0,
    blocked,
    finished: true,
    wire: streamCost({ ...counts, bytes: messages * segment }, segment, ended),
    modelled: true,
  };
}

type Bytes = Action & { type: 'bytes' };

function bytesOf(actions: readonly Action[]): Bytes[] {
  return actions.filter((action): action is Bytes => action.type === 'bytes');
}

/** What becomes readable at the same time is one call, as far as its buffer goes. */
function calls(read: readonly Bytes[], segment: number): Bytes[][] {
  const most = Math.max(1, Math.floor(READ_SIZE / segment));
  const all: Bytes[][] = [];
  for (const one of read) {
    const last = all.at(-1);
    const together = last?.[0]?.delivery.time === one.delivery.time;
    if (last && together && last.length < most) last.push(one);
    else all.push([one]);
  }
  return all;
}
