/**
 * Rung 1, stop-and-wait: send one packet, and wait for its acknowledgement. Pure.
 *
 *     sender                            receiver
 *     message A ── data, seq 0 ───────► delivers A
 *               ◄── ack 1 ──────────────
 *     message B ── data, seq 1 ──╳
 *       time-out
 *               ── data, seq 1 ───────► delivers B
 *                        ╳── ack 2 ────
 *       time-out
 *               ── data, seq 1 ───────► has it already: answers, and delivers nothing
 *               ◄── ack 2 ──────────────
 *
 * It fixes what lesson 15's programs suffer: a number tells a repeat from a new message, the
 * checksum a damaged packet from a good one, and the timer ends the wait for what was lost.
 * Its flaw: one packet in each round trip, however fast the link is.
 *
 * An acknowledgement names the number *expected next*, not the one received last. When all
 * messages have been acknowledged, the sender is done. The receiver cannot know whether its last
 * acknowledgement arrived, so it lingers, and answers each repeat of the last packet.
 *
 * Source: Kurose & Ross 3.4.1 (rdt 3.0). Read next: receiver.ts.
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

type SenderState = 'idle' | 'waiting' | 'done' | 'failed';

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
    // It expects the next one, so it has the one before.
    return [...flying.keys()].filter(() => ahead(ack, next, options.space) === 0);
  }
}

/** What a sender does, in each state and for each kind of event. */
export const SENDER: Table<Sender, SenderState, SenderEvents> = {
  idle: {
    offer: [send, 'waiting'],
    news: [impossible],
    old: [ignore],
    strange: [ignore],
    timer: [impossible],
  },
  waiting: {
    offer: [refuse],
    news: [accept, 'idle', 'done'],
    old: [ignore],
    strange: [ignore],
    timer: [repeat, 'waiting', 'failed'],
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
  sender.do({ type: 'arm', timer: TIMER, at: sender.now + sender.options.timeout });
}

function accept(sender: Sender, { packet }: Heard): void {
  for (const seq of sender.acknowledged(packet)) sender.flying.delete(seq);
  sender.do({ type: 'cancel', timer: TIMER });
  settle(sender);
}

function settle(sender: Sender): void {
  if (sender.flying.size > 0) sender.state = 'waiting';
  else sender.state = sender.last ? 'done' : 'idle';
}

function repeat(sender: Sender): void {
  for (const [seq, packet] of sender.flying) {
    packet.attempt += 1;
    if (packet.attempt === sender.options.attempts) return giveUp(sender);
    transmit(sender, seq);
  }
}

function giveUp(sender: Sender): void {
  sender.state = 'failed';
}
