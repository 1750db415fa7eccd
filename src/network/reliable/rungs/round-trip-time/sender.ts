/**
 * Rung 4, round-trip time: the time-out follows what the link really takes. Pure.
 *
 *     data 3, time 100 ────────► answers 3, echo 100
 *     at 141:   ◄───────────────── 41 ms have passed, and the next time-out is a little longer
 *
 * It fixes the fixed time-out of selective repeat (../../round-trip.ts has the rule).
 *
 * - **Back-off.** Each attempt of a packet waits twice as long as the one before. The doubling
 *   belongs to that packet, so the next one begins with the estimate again. A back-off
 *   that is kept, and that nothing resets, slows a lossy link down to nothing.
 * - **Karn's problem.** An acknowledgement of a packet that was sent twice does not say which
 *   attempt it answers, so Karn's rule is not to measure it (RFC 6298 §3). Here it does say:
 *   the echo is the time of the very attempt that arrived (RFC 7323).
 *
 * Its flaw: a sender knows nothing about its receiver. What comes faster than the application reads
 * is dropped, although it has been acknowledged.
 *
 * Source: RFC 6298. Read next: ../flow-control/sender.ts.
 */
import {
  ahead,
  type CoreEvent,
  type Damaged,
  type Heard,
  ignore,
  impossible,
  type Offer,
  type Expired,
  refuse,
  type Table,
  TableCore,
} from '../../core.ts';
import type { RungOptions } from '../../options.ts';
import { type Packet, packetOf, since, stampOf } from '../../packet.ts';
import { RoundTripTime } from '../../round-trip.ts';

type SenderState = 'idle' | 'sending' | 'full' | 'done' | 'failed';

interface SenderEvents {
  offer: Offer;
  /** An acknowledgement of something that had not been acknowledged. */
  news: Heard;
  /** One that says nothing new. */
  old: Heard;
  /** A packet of another session, one that makes no sense here, or a damaged one. */
  strange: Heard | Damaged;
  timer: Expired;
}

export class Sender extends TableCore<SenderState, SenderEvents> {
  state: SenderState = 'idle';
  readonly options: RungOptions;
  /** The number of the next new message. */
  next = 0;
  /** What has been sent and not been acknowledged, by its number. */
  readonly flying = new Map<number, Packet>();
  /** Whether the last message has been sent. */
  last = false;
  readonly roundTrip: RoundTripTime;

  constructor(options: RungOptions) {
    super();
    this.options = options;
    this.roundTrip = new RoundTripTime(options.timeout);
  }

  protected get table(): typeof SENDER {
    return SENDER;
  }

  protected columnOf(event: CoreEvent): keyof SenderEvents {
    if (event.type === 'offer' || event.type === 'timer') return event.type;
    if (event.type !== 'packet') return 'strange';
    const { ack, kind, session } = event.packet;
    const { options } = this;
    if (kind !== 'ack' || session !== options.session || ack >= options.space)
      return 'strange';
    return this.acknowledged(event.packet).length > 0 ? 'news' : 'old';
  }

  /** The numbers in flight that this packet acknowledges. */
  acknowledged({ ack, blocks, seq: answered }: Packet): number[] {
    const { flying, next, options } = this;
    const { space } = options;
    const rest = ahead(ack, next, space);
    return [...flying.keys()].filter(
      (seq) =>
        seq === answered ||
        ahead(seq, next, space) > rest ||
        blocks.some(({ from, to }) => ahead(from, seq, space) < ahead(from, to, space)),
    );
  }
}

/** What a sender does, in each state and for each kind of event. */
export const SENDER: Table<Sender, SenderState, SenderEvents> = {
  idle: {
    offer: [send, 'sending', 'full'],
    news: [impossible],
    old: [ignore],
    strange: [ignore],
    timer: [impossible],
  },
  sending: {
    offer: [send, 'sending', 'full'],
    news: [accept, 'sending', 'idle', 'done'],
    old: [ignore],
    strange: [ignore],
    timer: [repeat, 'sending', 'failed'],
  },
  full: {
    offer: [refuse],
    news: [accept, 'full', 'idle', 'sending', 'done'],
    old: [ignore],
    strange: [ignore],
    timer: [repeat, 'full', 'failed'],
  },
  done: {
    offer: [refuse],
    news: [impossible],
    old: [ignore],
    strange: [ignore],
    timer: [impossible],
  },
  failed: {
    offer: [refuse],
    news: [ignore],
    old: [ignore],
    strange: [ignore],
    timer: [impossible],
  },
};

function send(sender: Sender, { message, last }: Offer): void {
  const { next: seq, options } = sender;
  const { session } = options;
  const packet = packetOf({ kind: 'data', session, seq, last, payload: message });
  sender.flying.set(seq, packet);
  sender.next = (seq + 1) % options.space;
  sender.last = last;
  transmit(sender, seq);
  settle(sender);
}

function transmit(sender: Sender, seq: number): void {
  const packet = { ...sender.flying.get(seq)!, time: stampOf(sender.now) };
  sender.do({ type: 'transmit', packet });
  const timeout = sender.roundTrip.timeout(packet.attempt);
  sender.do({ type: 'arm', timer: seq, at: sender.now + timeout });
}

function accept(sender: Sender, { packet }: Heard): void {
  for (const seq of sender.acknowledged(packet)) {
    sender.flying.delete(seq);
    sender.do({ type: 'cancel', timer: seq });
  }
  sender.roundTrip.add(since(packet.echo, sender.now));
  settle(sender);
}

function settle(sender: Sender): void {
  const { flying, last, next, options } = sender;
  const [oldest = next] = flying.keys();
  const used = ahead(oldest, next, options.space);
  if (used === 0) sender.state = last ? 'done' : 'idle';
  else sender.state = used < options.window ? 'sending' : 'full';
}

function repeat(sender: Sender, { timer: seq }: Expired): void {
  const packet = sender.flying.get(seq)!;
  packet.attempt += 1;
  if (packet.attempt === sender.options.attempts) return giveUp(sender);
  transmit(sender, seq);
}

function giveUp(sender: Sender): void {
  for (const seq of sender.flying.keys()) sender.do({ type: 'cancel', timer: seq });
  sender.state = 'failed';
}
