/**
 * A rung in virtual time: no sockets, no timers, the same to the last digit in every run. Pure.
 *
 *     messages ──► sender ── there ──► receiver ──► reader
 *                         ◄── back ──
 *     clock   moved by hand to whatever is due next: an arrival, a timer, a read
 *
 * The link is the relay's: its fates, its wires, its queue. A packet crosses as an object. One in
 * which a bit is flipped arrives as damaged: a CRC-32 finds every single wrong bit (packet.ts).
 *
 * The run goes on until nothing is due any more, so a timer that never ends is noticed.
 *
 * Read next: drive.ts, the same on real datagrams.
 */
import {
  type Bottlenecks,
  bottlenecksOf,
  type Direction,
  type Fate,
  fatesOf,
  type Link,
  type Outcome,
  UDP_HEADERS,
  Wire,
} from '../link/model/index.ts';
import type { CoreEvent } from './core.ts';
import { End, Offers } from './end.ts';
import { fateOf } from './fate-of.ts';
import type { RungOptions } from './options.ts';
import { lengthOf, type Packet } from './packet.ts';
import { Reader } from './reader.ts';
import type { Rung } from './rungs/rungs.ts';
import { LinkUse, type Run, Tally } from './tally.ts';

export interface Plan {
  rung: Rung;
  options: RungOptions;
  link: Link;
  messages: readonly Uint8Array[];
  /** How long the application takes for each message, in milliseconds; 0 if it takes no time. */
  readEvery?: number;
  /** How long the sender's application takes to write each message, milliseconds. */
  writeEvery?: number;
  /** Called for each packet that enters the link. */
  onPassing?: ((passing: Passing) => void) | undefined;
  /** Called for each packet that arrives, before its core gets it. */
  onArrival?: ((packet: Packet, now: number) => void) | undefined;
  /** Called for each message that the application reads. */
  onRead?: ((message: Uint8Array, now: number) => void) | undefined;
}

/** A packet that enters the link. */
export interface Passing {
  time: number;
  direction: Direction;
  /** Which of the senders it belongs to, from 0. */
  flow: number;
  packet: Packet;
  fate: Fate;
  outcome: Outcome;
  /** When its first bit leaves: later than now if others must be sent first. */
  leaves: number;
}

interface OnItsWay {
  packet: Packet;
  fate: Fate;
}

/** A year, roughly, in milliseconds of virtual time. */
const DEADLINE = 3e10;

export function simulate(plan: Plan): Run {
  return simulateTogether(plan, [plan.rung]).runs[0]!;
}

interface Together {
  runs: Run[];
  /** How many messages each had delivered when the first of them had delivered all. */
  shares: number[];
}

/** A sender and a receiver of each of these rungs, all over one link with one queue. */
export function simulateTogether(
  plan: Omit<Plan, 'rung'>,
  rungs: readonly Rung[],
): Together {
  const shared = bottlenecksOf(plan.link);
  const use = new LinkUse(plan.link.there.rate);
  let firstDone = Infinity;
  const onAll = (now: number): void => void (firstDone = Math.min(firstDone, now));
  const pairs = rungs.map(
    (rung, flow) => new Pair({ ...plan, rung }, { shared, use, flow, onAll }),
  );
  const sharesNow = (): number[] => pairs.map(({ delivered }) => delivered);
  let shares: number[] | undefined;
  for (const pair of pairs) pair.begin();
  for (;;) {
    const [next, now] = nextOf(pairs);
    // Senders that finish at the same moment count as equal.
    if (now > firstDone) shares ??= sharesNow();
    if (now > DEADLINE) break;
    next.act(now);
  }
  return { runs: pairs.map((pair) => pair.result()), shares: shares ?? sharesNow() };
}

/** The pair on which something is due first, and when; Infinity when nothing is. */
function nextOf(pairs: readonly Pair[]): [pair: Pair, time: number] {
  let first = pairs[0]!;
  let earliest = first.nextTime;
  for (const pair of pairs) {
    const time = pair.nextTime;
    if (time >= earliest) continue;
    first = pair;
    earliest = time;
  }
  return [first, earliest];
}

interface Place {
  shared: Bottlenecks;
  use: LinkUse;
  /** Which of the senders it is, from 0: each has luck of its own. */
  flow: number;
  /** Told when the last message has been read. */
  onAll: (now: number) => void;
}

/** A sender, its receiver, and what is on its way between them. */
class Pair {
  readonly #wires: Record<Direction, Wire<OnItsWay>>;
  readonly #sender: End;
  readonly #receiver: End;
  readonly #taken: () => number;
  readonly #offers: Offers;
  readonly #reader: Reader;
  readonly #tally: Tally;
  readonly #onArrival: Plan['onArrival'];

  constructor(plan: Plan, { flow, onAll, shared, use }: Place) {
    const { link, messages, onPassing, onRead, options, readEvery = 0, rung } = plan;
    const fates = fatesOf(link);
    // Here nothing can fill this machine's memory by coming faster than it goes.
    const always = { capacity: Infinity, carriesLost: true };
    const wires: Record<Direction, Wire<OnItsWay>> = {
      there: new Wire({ ...link.there, ...always, bottleneck: shared.there }),
      back: new Wire({ ...link.back, ...always, bottleneck: shared.back }),
    };
    const tally = new Tally(messages, use);
    const transmitTo = (direction: Direction) => (packet: Packet, time: number) => {
      const fate = fateOf(fates, packet, flow);
      const size = lengthOf(packet) + UDP_HEADERS;
      const outcome = wires[direction].offer(time, { packet, fate }, size, fate);
      tally.transmitted(packet);
      use.entered(direction, size, outcome, time);
      const leaves = outcome === 'queue-full' ? time : shared[direction].start;
      onPassing?.({ time, direction, flow, packet, fate, outcome, leaves });
    };
    const core = rung.receiver(options);
    this.#wires = wires;
    this.#tally = tally;
    this.#onArrival = plan.onArrival;
    this.#taken = () => core.taken;
    this.#offers = new Offers(messages, plan.writeEvery);
    this.#reader = new Reader({
      every: readEvery,
      buffer: options.buffer,
      keeps: rung.keeps,
      onRead: (message, now) => {
        tally.read(message, now);
        onRead?.(message, now);
        if (tally.delivered === messages.length) onAll(now);
      },
    });
    this.#sender = new End(rung.sender(options), { transmit: transmitTo('there') });
    this.#receiver = new End(core, {
      transmit: transmitTo('back'),
      deliver: (message, now) => this.#reader.take(message, now),
    });
  }

  get delivered(): number {
    return this.#tally.delivered;
  }

  /** When something is due; Infinity when nothing is any more. */
  get nextTime(): number {
    const timer = Math.min(this.#sender.nextTime, this.#receiver.nextTime);
    const application = Math.min(this.#reader.nextTime, this.#offers.nextTime);
    return Math.min(this.#nextArrival, Math.min(timer, application));
  }

  get #nextArrival(): number {
    return Math.min(this.#wires.there.nextTime, this.#wires.back.nextTime);
  }

  begin(): void {
    this.#offers.offerTo(this.#sender, 0);
  }

  /** Does what is due. What arrives at the very moment of a time-out is in time. */
  act(now: number): void {
    if (this.#nextArrival === now) this.#arrive(now);
    else if (this.#reader.nextTime === now) this.#reader.read(this.#receiver, now);
    else if (this.#sender.nextTime === now) {
      this.#sender.expire(now);
      this.#offers.offerTo(this.#sender, now);
    } else if (this.#offers.nextTime === now) this.#offers.offerTo(this.#sender, now);
    else this.#receiver.expire(now);
  }

  result(): Run {
    const { dropped } = this.#reader;
    if (this.nextTime < Infinity) return this.#tally.run('late', dropped);
    const isDone = this.#sender.core.state === 'done';
    return this.#tally.run(isDone ? 'done' : 'gave-up', dropped);
  }

  #arrive(now: number): void {
    for (const { item } of this.#wires.there.take(now)) {
      const before = this.#taken();
      this.#onArrival?.(item.packet, now);
      this.#receiver.tell(heard(item), now);
      if (this.#taken() > before) this.#tally.taken(item.packet);
      this.#reader.wake(now);
    }
    for (const { item } of this.#wires.back.take(now)) {
      this.#onArrival?.(item.packet, now);
      this.#sender.tell(heard(item), now);
      this.#offers.offerTo(this.#sender, now);
    }
  }
}

/** What the other side makes of a packet that has arrived. */
function heard({ packet, fate }: OnItsWay): CoreEvent {
  return fate.flippedAt < 0 ? { type: 'packet', packet } : { type: 'damaged' };
}
