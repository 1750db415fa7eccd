/**
 * Rung 5, flow control: the receiver says how much room it has. Pure.
 *
 *     data 7 ────────► its buffer is full now: answers ack 8, window 0
 *       the sender is closed, and nothing is in flight
 *     probe  ────────► answers update, ack 8, window 0
 *                      the application reads a message
 *            ╳──────── update, ack 8, window 1
 *     probe  ────────► answers update, ack 8, window 1
 *     data 8 ────────► …
 *
 * It fixes what a slow reader does to the rungs below: packets that have been acknowledged are
 * dropped, because nobody has read the ones before them. The receiver keeps messages until they are
 * read. ack + window is the **edge** up to which it has room, which never goes back. An update that
 * opens a closed window is not acknowledged and may be lost, so the sender must ask: a **probe**.
 * Before the first answer the sender knows of room for one packet.
 * Its flaw: it looks after the receiver, but not after the link. Two senders fill one queue, and
 * both lose.
 *
 * Simplification: a window is reopened for a single packet; RFC 9293 3.8.6.2.2 waits for more.
 *
 * Source: RFC 9293 3.8.6. Read next: receiver.ts.
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

/** The timer of the sender's next probe. */
const PROBE = -1;

type SenderState = 'idle' | 'sending' | 'full' | 'closed' | 'done' | 'failed';

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
  /** The number of the first packet that the receiver has no room for. */
  edge = 1;
  /** Probes since the window was closed, and those since the receiver was last heard of. */
  probes = 0;
  unanswered = 0;
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
    const answers = kind === 'ack' || kind === 'update';
    if (!answers || session !== options.session || ack >= options.space) return 'strange';
    return this.acknowledged(event.packet).length > 0 ? 'news' : 'old';
  }

  /** The numbers in flight that this packet acknowledges. */
  acknowledged({ ack, blocks, kind, seq: answered }: Packet): number[] {
    const { flying, next, options } = this;
    const { space } = options;
    const rest = ahead(ack, next, space);
    return [...flying.keys()].filter(
      (seq) =>
        (kind === 'ack' && seq === answered) ||
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
    old: [widen],
    strange: [ignore],
    timer: [repeat, 'sending', 'failed'],
  },
  full: {
    offer: [refuse],
    news: [accept, 'full', 'idle', 'sending', 'closed', 'done'],
    old: [widen, 'full', 'sending'],
    strange: [ignore],
    timer: [repeat, 'full', 'failed'],
  },
  closed: {
    offer: [refuse],
    news: [impossible],
    old: [widen, 'closed', 'idle'],
    strange: [ignore],
    timer: [probe, 'closed', 'failed'],
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

function accept(sender: Sender, event: Heard): void {
  const { packet } = event;
  for (const seq of sender.acknowledged(packet)) {
    sender.flying.delete(seq);
    sender.do({ type: 'cancel', timer: seq });
  }
  // An update answers nothing, so it has no echo.
  if (packet.kind === 'ack') sender.roundTrip.add(since(packet.echo, sender.now));
  widen(sender, event);
}

function widen(sender: Sender, { packet }: Heard): void {
  const { edge, flying, next, options } = sender;
  const [oldest = next] = flying.keys();
  const wider = (packet.ack + packet.window) % options.space;
  // An older answer knows of less room.
  const isFresh = packet.ack === oldest;
  if (
    isFresh &&
    ahead(oldest, wider, options.space) > ahead(oldest, edge, options.space)
  ) {
    sender.edge = wider;
  }
  sender.unanswered = 0;
  settle(sender);
}

function settle(sender: Sender): void {
  const { edge, flying, last, next, options } = sender;
  const [oldest = next] = flying.keys();
  const used = ahead(oldest, next, options.space);
  const room = Math.min(options.window, ahead(oldest, edge, options.space)) - used;
  if (used > 0) sender.state = room > 0 ? 'sending' : 'full';
  else if (last) sender.state = 'done';
  else if (room === 0) close(sender);
  else open(sender);
}

function close(sender: Sender): void {
  if (sender.state === 'closed') return;
  sender.state = 'closed';
  sender.probes = 0;
  armProbe(sender);
}

function open(sender: Sender): void {
  if (sender.state === 'closed') sender.do({ type: 'cancel', timer: PROBE });
  sender.state = 'idle';
}

function armProbe(sender: Sender): void {
  const { now, probes, roundTrip } = sender;
  sender.do({ type: 'arm', timer: PROBE, at: now + roundTrip.timeout(probes) });
}

function probe(sender: Sender): void {
  const { next: seq, options, probes: attempt } = sender;
  if (sender.unanswered === options.attempts) return giveUp(sender);
  const packet = packetOf({ kind: 'probe', session: options.session, seq, attempt });
  sender.do({ type: 'transmit', packet: { ...packet, time: stampOf(sender.now) } });
  sender.probes += 1;
  sender.unanswered += 1;
  armProbe(sender);
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
