/**
 * One direction of a link: packets and their fates in, arrivals out. Pure: it is told the
 * time, and says when it wants to be asked again.
 *
 *            lost ──► gone
 *              ▲
 *     offer ───┴──► queue ──► sending, size ÷ rate ──► on its way, delay ──► arrives ──► take
 *                     │                                                  │ ▲
 *              full ──┴──► gone                        to be overtaken ──┴─┘ held back
 *
 * - **Rate.** One packet is sent at a time. Those that come meanwhile wait; when as many wait
 *   as the queue holds, the next one is dropped (drop-tail).
 * - **Order.** A packet never passes another by itself: with jitter, a quick one waits behind
 *   a slow one. So whatever comes out of order does so because its fate says so.
 * - **Overtaking.** A packet that is to be overtaken by n is held back until n others have
 *   arrived, or for `hold` milliseconds. Counting packets and not time makes the order of
 *   arrival the same in every run, however irregular the sender is.
 * - **Memory.** Packets on their way count with their bytes and what their objects take. Above
 *   the capacity they are dropped: a link of ours must not fill this machine.
 *
 * Simplification: lost packets take no time to send; tc-netem(8) does the same.
 *
 * Read next: ../datagram-relay.ts, its shell.
 */
import type { Fate } from './packet.ts';
import { Timeline } from './timeline.ts';

/** What became of a packet at the entrance. The last two are no fate but a lack of room. */
export type Outcome = 'sent' | 'lost' | 'queue-full' | 'overloaded';

export interface WireOptions {
  /** Bits a second; Infinity for no limit. */
  rate: number;
  /** Packets that may wait for the rate. */
  queue: number;
  /** The longest that a packet waits to be overtaken, milliseconds. */
  hold: number;
  /** Bytes that may be on their way, objects included; 32 MiB unless told otherwise. */
  capacity?: number;
}

export interface Arrival<T> {
  item: T;
  /** When it arrives: not later than the time that `take` was given. */
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
  /** Set when it has arrived and waits to be overtaken: this is the end of its patience. */
  held?: Held<T>;
}

interface Held<T> {
  packet: Packet<T>;
  /** How many more must arrive first. */
  missing: number;
  released: boolean;
}

const CAPACITY = 32 * 1024 * 1024;
/** About what the objects of one packet on its way take, in bytes. */
const OBJECTS = 300;

export class Wire<T> {
  readonly #rate: number;
  readonly #queue: number;
  readonly #hold: number;
  readonly #capacity: number;
  readonly #coming = new Timeline<Coming<T>>();
  #held: Held<T>[] = [];
  /** When the sending of each waiting packet begins, the earliest first. */
  readonly #starts: number[] = [];
  #weight = 0;
  #freeAt = -Infinity;
  #lastArrival = -Infinity;

  constructor({ rate, queue, hold, capacity = CAPACITY }: WireOptions) {
    this.#rate = rate;
    this.#queue = queue;
    this.#hold = hold;
    this.#capacity = capacity;
  }

  /** Bytes on their way, objects included. */
  get weight(): number {
    return this.#weight;
  }

  /** When to call `take` next, in the time that `offer` was given; Infinity for not at all. */
  get nextTime(): number {
    return this.#coming.nextTime;
  }

  /**
   * A packet enters at `now` (milliseconds, never less than before).
   * @param size bytes that it takes on the wire, headers included
   */
  offer(now: number, item: T, size: number, fate: Fate): Outcome {
    if (fate.lost) return 'lost';
    const weight = (1 + fate.copies.length) * (size + OBJECTS);
    if (this.#weight + weight > this.#capacity) return 'overloaded';
    const sent = this.#send(now, size);
    if (sent === undefined) return 'queue-full';
    this.#weight += weight;
    this.#lastArrival = Math.max(this.#lastArrival, sent + fate.delay);
    this.#coming.add(this.#lastArrival, { packet: { item, weight, fate }, copy: 0 });
    return 'sent';
  }

  /**
   * What has arrived by `now`, in the order of arrival. Once there are `enough` the rest is
   * left for the next call.
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

  /** When the last bit has left; undefined when there is no room to wait for that. */
  #send(now: number, size: number): number | undefined {
    if (this.#rate === Infinity) return now;
    while (this.#starts.length > 0 && this.#starts[0]! <= now) this.#starts.shift();
    if (this.#starts.length >= this.#queue) return undefined;
    const start = Math.max(now, this.#freeAt);
    if (start > now) this.#starts.push(start);
    this.#freeAt = start + (size * 8 * 1000) / this.#rate;
    return this.#freeAt;
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

  /** A packet has arrived that was not held back: it has overtaken those that are. */
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
