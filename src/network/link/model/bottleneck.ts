/**
 * Where a link sends: one packet at a time, at the link's rate, and a queue for the others. Pure.
 *
 *     flow A ──► ┌───────────────────┐
 *     flow B ──► │ 7  6  5  4  3  2  │──► sending 1, size ÷ rate
 *     flow C ──► └───────────────────┘
 *       full: the next packet is dropped (drop-tail), whosever it is
 *
 * All packets of one direction share it, whichever connection or client they belong to, as in a
 * router with one queue: first come, first served. Nobody is given a share. How the flows share
 * the rate is up to their senders. TCP's senders reduce theirs when a packet is dropped; a sender
 * of datagrams that does not can take nearly all of the rate.
 */
import type { Direction } from './packet.ts';

export interface BottleneckOptions {
  /** Bits a second; Infinity for no limit. */
  rate: number;
  /** How many packets may wait to be sent. */
  queue: number;
}

export class Bottleneck {
  readonly #rate: number;
  readonly #queue: number;
  /** When the sending of each waiting packet begins, the earliest first. */
  readonly #starts: number[] = [];
  #start = -Infinity;
  #freeAt = -Infinity;

  /** When the packet that was accepted last begins to be sent: its first bit leaves then. */
  get start(): number {
    return this.#start;
  }

  constructor({ rate, queue }: BottleneckOptions) {
    this.#rate = rate;
    this.#queue = queue;
  }

  /**
   * A packet wants to leave at `now`, in milliseconds.
   * @param size bytes that it takes on the wire, headers included
   * @returns when its last bit has left; undefined when the queue is full
   */
  send(now: number, size: number): number | undefined {
    if (this.#rate === Infinity) return (this.#start = now);
    while (this.#starts.length > 0 && this.#starts[0]! <= now) this.#starts.shift();
    if (this.#starts.length >= this.#queue) return undefined;
    this.#start = Math.max(now, this.#freeAt);
    if (this.#start > now) this.#starts.push(this.#start);
    this.#freeAt = this.#start + (size * 8 * 1000) / this.#rate;
    return this.#freeAt;
  }
}

/** One for each direction of a link. */
export type Bottlenecks = Readonly<Record<Direction, Bottleneck>>;

export function bottlenecksOf(link: Record<Direction, BottleneckOptions>): Bottlenecks {
  return { there: new Bottleneck(link.there), back: new Bottleneck(link.back) };
}
