/**
 * Rung 6, congestion control: the sender finds out how much the link carries. Pure.
 *
 *     window   │        ╱│      ╱│      ╱        slow start, then additive increase, and half
 *     (packets)│      ╱  │    ╱  │    ╱          of it after a loss (../../congestion.ts)
 *              │   ╱     │  ╱    │  ╱
 *              └─────────────────────────► time
 *
 * It fixes the last flaw: on the rungs below, each sender fills the queue with a window that
 * somebody chose. Here a loss means that the queue was full, and the sender sends less.
 *
 * **Fast retransmit.** A packet is presumed lost when three packets that were sent after it have
 * arrived. That is much earlier than its time-out, and one or two that only overtook it do no
 * harm. A lost packet is no longer in flight. It is sent again when the window allows, before
 * anything new.
 *
 * Simplification: three that overtake look like a loss, as in RFC 5681. RFC 8985 waits a little.
 *
 * Source: RFC 5681, and RFC 6675 for what is in flight.
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
import { CongestionControl } from '../../congestion.ts';
import type { RungOptions } from '../../options.ts';
import { type Packet, packetOf, since, stampOf } from '../../packet.ts';
import { RoundTripTime } from '../../round-trip.ts';

/** When this many later packets have arrived, a packet is presumed lost. */
const OVERTAKEN = 3;
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
  /** Of these, the ones presumed lost, which wait to be sent again. */
  readonly lost = new Set<number>();
  /** The others, in the order of sending, with how many later ones have arrived. */
  readonly passed = new Map<number, number>();
  /** All losses before this number belong to the same window. */
  recovery = 0;
  readonly congestion = new CongestionControl();
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
    news: [accept, 'sending', 'idle', 'full', 'done'],
    old: [widen],
    strange: [ignore],
    timer: [timeOut, 'full', 'failed'],
  },
  full: {
    offer: [refuse],
    news: [accept, 'full', 'idle', 'sending', 'closed', 'done'],
    old: [widen, 'full', 'sending'],
    strange: [ignore],
    timer: [timeOut, 'full', 'failed'],
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
  sender.lost.delete(seq);
  sender.passed.set(seq, 0);
  const timeout = sender.roundTrip.timeout(packet.attempt);
  sender.do({ type: 'arm', timer: seq, at: sender.now + timeout });
}

function accept(sender: Sender, event: Heard): void {
  const { packet } = event;
  const acknowledged = sender.acknowledged(packet);
  if (sender.state === 'full') sender.congestion.grow(acknowledged.length);
  for (const seq of acknowledged) {
    overtake(sender, seq);
    sender.flying.delete(seq);
    sender.lost.delete(seq);
    sender.passed.delete(seq);
    sender.do({ type: 'cancel', timer: seq });
  }
  // An update answers nothing, so it has no echo.
  if (packet.kind === 'ack') sender.roundTrip.add(since(packet.echo, sender.now));
  repeat(sender);
  widen(sender, event);
}

/** Packet `seq` has arrived, and so has overtaken those that were sent before it. */
function overtake(sender: Sender, seq: number): void {
  const { passed } = sender;
  if (!passed.has(seq)) return;
  for (const [earlier, count] of passed) {
    if (earlier === seq) return;
    if (count + 1 < OVERTAKEN) passed.set(earlier, count + 1);
    else lose(sender, earlier);
  }
}

function lose(sender: Sender, seq: number): void {
  const { congestion, flying, lost, next, options, passed, recovery } = sender;
  const { space } = options;
  passed.delete(seq);
  lost.add(seq);
  sender.do({ type: 'cancel', timer: seq });
  const isSameWindow =
    seq !== recovery && ahead(seq, recovery, space) <= ahead(seq, next, space);
  if (isSameWindow) return;
  const [oldest = next] = flying.keys();
  congestion.decrease(ahead(oldest, next, space));
  sender.recovery = next;
  // The first of a window is sent again at once, the others as the window allows.
  resend(sender, seq);
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
  const allowed = sender.congestion.window - sender.passed.size;
  const room = Math.min(allowed, ahead(oldest, edge, options.space) - used);
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

function timeOut(sender: Sender, { timer: seq }: Expired): void {
  if (sender.flying.get(seq)!.attempt + 1 >= sender.options.attempts) {
    return giveUp(sender);
  }
  lose(sender, seq);
  sender.congestion.collapse();
  repeat(sender);
  settle(sender);
}

/** What was lost is sent again, as far as the window allows. */
function repeat(sender: Sender): void {
  for (const seq of sender.lost) {
    if (sender.passed.size >= sender.congestion.window) return;
    resend(sender, seq);
  }
}

function resend(sender: Sender, seq: number): void {
  sender.flying.get(seq)!.attempt += 1;
  transmit(sender, seq);
}

function giveUp(sender: Sender): void {
  for (const seq of sender.flying.keys()) sender.do({ type: 'cancel', timer: seq });
  sender.state = 'failed';
}
