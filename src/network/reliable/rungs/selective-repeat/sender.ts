/**
 * Rung 3, selective repeat: the receiver keeps what comes early, and only what is missing is sent
 * again. Pure.
 *
 *     data 3 ──╳
 *     data 4 ────────► keeps 4; answers 4, ack 3, and 4 to 5 are here
 *     data 5 ────────► keeps 5; answers 5, ack 3, and 4 to 6 are here
 *       the timer of 3: it alone is sent again
 *     data 3 ────────► delivers 3, 4 and 5; answers 3, ack 6
 *
 * It fixes go-back-N's flaw: each packet has a timer of its own, and an acknowledgement names the
 * packet that it answers, and what else has arrived beyond a gap (RFC 2018). So it also makes up
 * for acknowledgements that were lost.
 * Its flaw: the time-out is a guess. It is too short for a slow link, on which everything is sent
 * twice, and too long for a fast one.
 *
 * The window must not exceed half of the sequence numbers. Otherwise, when all acknowledgements of
 * a window are lost, the repeats have the numbers of the window that the receiver expects
 * next, and it delivers old messages as new ones.
 *
 * Source: Kurose & Ross 3.4.4. Read next: receiver.ts.
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
  sender.do({ type: 'arm', timer: seq, at: sender.now + sender.options.timeout });
}

function accept(sender: Sender, { packet }: Heard): void {
  for (const seq of sender.acknowledged(packet)) {
    sender.flying.delete(seq);
    sender.do({ type: 'cancel', timer: seq });
  }
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
