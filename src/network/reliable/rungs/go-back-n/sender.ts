/**
 * Rung 2, go-back-N: a window of packets in flight, and one timer for the oldest. Pure.
 *
 *     window of 4       ┌───────────┐
 *     seq      0  1  2  │3  4  5  6 │ 7  8       0 to 2 are acknowledged, 3 to 6 may be in flight,
 *                       └───────────┘            7 must wait
 *
 *     data 3 ──╳                      the receiver takes only what is next in order: it throws
 *     data 4 ────────► answers ack 3  4, 5 and 6 away, and asks for 3 each time
 *     data 5 ────────► answers ack 3
 *     data 6 ────────► answers ack 3
 *       time-out: 3, 4, 5 and 6 are sent again
 *
 * It fixes stop-and-wait's flaw: with a window of N, N packets travel in each round trip. An
 * acknowledgement is **cumulative**: it covers all packets before its number, so that one that
 * is lost does no harm when a later one arrives.
 * Its flaw: one loss costs a window of packets, though all but one of them had arrived.
 *
 * Source: Kurose & Ross 3.4.3. Read next: receiver.ts.
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
import { type Packet, packetOf, stampOf } from '../../packet.ts';

const TIMER = 0;

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

  constructor(options: RungOptions) {
    super();
    this.options = options;
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
  acknowledged({ ack }: Packet): number[] {
    const { flying, next, options } = this;
    const rest = ahead(ack, next, options.space);
    // It has everything before the one that it expects; `rest` packets from there on it has not.
    return [...flying.keys()].slice(0, Math.max(0, flying.size - rest));
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
    news: [accept, 'idle', 'sending', 'done'],
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
  if (sender.flying.size === 1) arm(sender);
  settle(sender);
}

function transmit(sender: Sender, seq: number): void {
  const packet = { ...sender.flying.get(seq)!, time: stampOf(sender.now) };
  sender.do({ type: 'transmit', packet });
}

function arm(sender: Sender): void {
  sender.do({ type: 'arm', timer: TIMER, at: sender.now + sender.options.timeout });
}

function accept(sender: Sender, { packet }: Heard): void {
  for (const seq of sender.acknowledged(packet)) sender.flying.delete(seq);
  if (sender.flying.size > 0) arm(sender);
  else sender.do({ type: 'cancel', timer: TIMER });
  settle(sender);
}

function settle(sender: Sender): void {
  const { flying, last, options } = sender;
  if (flying.size === 0) sender.state = last ? 'done' : 'idle';
  else sender.state = flying.size < options.window ? 'sending' : 'full';
}

function repeat(sender: Sender): void {
  for (const [seq, packet] of sender.flying) {
    packet.attempt += 1;
    if (packet.attempt === sender.options.attempts) return giveUp(sender);
    transmit(sender, seq);
  }
  arm(sender);
}

function giveUp(sender: Sender): void {
  sender.state = 'failed';
}
