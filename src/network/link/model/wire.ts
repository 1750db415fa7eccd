/**
 * One direction of a link: packets and their fates in, arrivals out. Pure: the caller passes
 * the time, and learns when to ask again.
 *
 *            lost ──► gone
 *              ▲
 *     offer ───┴──► queue ──► sending, size ÷ rate ──► on its way, delay ──► arrives ──► take
 *                     │                                                  │ ▲
 *              full ──┴──► gone                        to be overtaken ──┴─┘ held back
 *
 * - **Rate.** One packet is sent at a time, and others wait in a queue (bottleneck.ts). Wires that
 *   are given the same bottleneck share both.
 * - **Order.** Jitter does not reorder: a fast packet waits behind a slow one. A packet is out
 *   of order only because its fate says so.
 * - **Overtaking.** A packet that is to be overtaken by n others is held back until n others
 *   have arrived, or for `hold` milliseconds. Counting packets instead of time makes the order
 *   of arrival the same in every run, however irregular the sender is.
 * - **Memory.** Packets in transit count with their bytes and their objects. Above the capacity
 *   they are dropped, so that a link cannot fill this machine's memory.
 *
 * Simplification: lost packets take no time to send; tc-netem(8) does the same. Those of the
 * ladder do (`carriesLost`): a picture of them then shows where they left.
 *
 * Read next: bottleneck.ts, then ../datagram-relay.ts, the shell around it.
 */
import { Bottleneck, type BottleneckOptions } from './bottleneck.ts';
import type { Fate } from './packet.ts';
import { Timeline } from './timeline.ts';

/** What happened to a packet on entry. The last two are not fates but a lack of room. */
export type Outcome = 'sent' | 'lost' | 'queue-full' | 'overloaded';

export interface WireOptions extends BottleneckOptions {
  /** The longest that a packet waits to be overtaken, milliseconds. */
  hold: number;
  /** Bytes that may be in transit, objects included; 32 MiB by default. */
  capacity?: number;
  /** Whether a packet that is lost takes its time to send, as those that arrive do. */
  carriesLost?: boolean;
  /** What it shares with other wires; one of its own, with its rate and queue, unless given. */
  bottleneck?: Bottleneck | undefined;
}

export interface Arrival<T> {
  item: T;
  /** When it arrives: not later than the time passed to `take`. */
  time: number;
  /** 0 for the packet itself, n for its n-th copy. */
  copy: number;
}

interface Packet<T> {
  item: T;
  weight: number;
  fate: Fate;
}

interface Coming<T> {
  packet: Packet<T>;
  copy: number;
  /** Set when it has arrived and waits to be overtaken: when that wait ends. */
  held?: Held<T>;
}

interface Held<T> {
  packet: Packet<T>;
  /** How many others must still arrive first. */
  missing: number;
  released: boolean;
}

const CAPACITY = 32 * 1024 * 1024;
/** Roughly what the objects of one packet in transit take, in bytes. */
const OBJECTS = 300;

export class Wire<T> {
  readonly #bottleneck: Bottleneck;
  readonly #hold: number;
  readonly #capacity: number;
  readonly #carriesLost: boolean;
  readonly #coming = new Timeline<Coming<T>>();
  #held: Held<T>[] = [];
  #weight = 0;
  #lastArrival = -Infinity;

  constructor(options: WireOptions) {
    const { bottleneck = new Bottleneck(options), capacity = CAPACITY, hold } = options;
    this.#carriesLost = options.carriesLost ?? false;
    this.#bottleneck = bottleneck;
    this.#hold = hold;
    this.#capacity = capacity;
  }

  /** Bytes in transit, objects included. */
  get weight(): number {
    return this.#weight;
  }

  /** When to call `take` next, on the clock of `offer`; Infinity for not at all. */
  get nextTime(): number {
    return this.#coming.nextTime;
  }

  /**
   * A packet enters at `now` (milliseconds, not earlier than the call before).
   * @param size bytes that it takes on the wire, headers included
   */
  offer(now: number, item: T, size: number, fate: Fate): Outcome {
    if (fate.lost && !this.#carriesLost) return 'lost';
    const weight = (1 + fate.copies.length) * (size + OBJECTS);
    if (this.#weight + weight > this.#capacity) return 'overloaded';
    const sent = this.#bottleneck.send(now, size);
    if (sent === undefined) return 'queue-full';
    if (fate.lost) return 'lost';
    this.#weight += weight;
    this.#lastArrival = Math.max(this.#lastArrival, sent + fate.delay);
    this.#coming.add(this.#lastArrival, { packet: { item, weight, fate }, copy: 0 });
    return 'sent';
  }

  /**
   * What has arrived by `now`, in the order of arrival. After `enough` packets it leaves the
   * rest for the next call.
   */
  take(now: number, enough = Infinity): Arrival<T>[] {
    const arrived: Arrival<T>[] = [];
    for (;;) {
      const next = arrived.length < enough ? this.#coming.take(now) : undefined;
      if (!next) return arrived;
      const { packet, copy, held } = next.item;
      if (held) this.#release(held, next.time, arrived);
      else if (copy > 0) this.#arrive(packet, copy, next.time, arrived);
      else if (packet.fate.overtakenBy > 0) this.#holdBack(packet, next.time);
      else {
        this.#arrive(packet, 0, next.time, arrived);
        this.#overtake(next.time, arrived);
      }
    }
  }

  #arrive(packet: Packet<T>, copy: number, time: number, arrived: Arrival<T>[]): void {
    arrived.push({ item: packet.item, time, copy });
    this.#weight -= packet.weight / (1 + packet.fate.copies.length);
    if (copy > 0) return;
    for (const [index, later] of packet.fate.copies.entries()) {
      if (later === 0) this.#arrive(packet, index + 1, time, arrived);
      else this.#coming.add(time + later, { packet, copy: index + 1 });
    }
  }

  #holdBack(packet: Packet<T>, time: number): void {
    const held = { packet, missing: packet.fate.overtakenBy, released: false };
    this.#held.push(held);
    this.#coming.add(time + this.#hold, { packet, copy: 0, held });
  }

  /** A packet that is not held back has arrived, and so has overtaken those that are. */
  #overtake(time: number, arrived: Arrival<T>[]): void {
    for (const held of this.#held) {
      held.missing -= 1;
      if (held.missing === 0) this.#release(held, time, arrived);
    }
  }

  #release(held: Held<T>, time: number, arrived: Arrival<T>[]): void {
    if (held.released) return;
    held.released = true;
    this.#held = this.#held.filter((other) => other !== held);
    this.#arrive(held.packet, 0, time, arrived);
  }
}
