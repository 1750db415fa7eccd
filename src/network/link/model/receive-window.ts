/**
 * How much a TCP receiver has room for. Pure.
 *
 *     read │ arrived, in order │ room: the receive window │
 *     ─────┴───────────────────┴──────────────────────────┴──►  bytes
 *                              ▲                          ▲
 *                     acknowledged                   the sender stops here (RFC 9293 3.8.6)
 *
 * It begins with 64 KB and grows by two segments with each that arrives, up to 80 KB. That would
 * be too little for a long, fast link. So Linux measures how much is read in a round trip, and
 * makes room for more than twice as much ("dynamic right-sizing").
 *
 * Simplification: whatever is in order is read at once, so the room is never less.
 *
 * Source: tcp_rcv_space_adjust in Linux's net/ipv4/tcp_input.c.
 */
import { LARGEST_SEGMENT } from './headers.ts';

/** What Linux offers in the handshake, and the most before it has measured anything, bytes. */
const FIRST = 45 * LARGEST_SEGMENT;
const SMALL_LIMIT = 80 * 1024;
const GROWTH = 2 * LARGEST_SEGMENT;
/** Ten segments, as many as a sender begins with: they say nothing about its speed. */
const FIRST_READ = 10 * LARGEST_SEGMENT;
/** Room besides what is read in two round trips. */
const SPARE = 16 * LARGEST_SEGMENT;

export class ReceiveWindow {
  /** A running mean of the round trips, milliseconds. */
  #roundTrip: number;
  #bytes = FIRST;
  #limit = SMALL_LIMIT;
  /** Bytes read since then; and the most in a round trip before. */
  #read = 0;
  #since = 0;
  #most = FIRST_READ;

  /** @param roundTrip the handshake's, milliseconds */
  constructor(roundTrip: number) {
    this.#roundTrip = roundTrip;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * A packet has arrived.
   * @param now milliseconds
   * @param trip its round trip, milliseconds
   * @param readable bytes that can be read because of it
   * @returns whether the window has grown
   */
  take(now: number, trip: number, readable: number): boolean {
    this.#roundTrip += (trip - this.#roundTrip) / 8;
    this.#read += readable;
    if (now - this.#since >= this.#roundTrip) this.#measure(now);
    const before = this.#bytes;
    this.#bytes = Math.min(this.#limit, before + GROWTH);
    return this.#bytes > before;
  }

  #measure(now: number): void {
    if (this.#read > this.#most) {
      const twice = 2 * this.#read + SPARE;
      const faster = (this.#read - this.#most) / this.#most;
      this.#limit = Math.max(this.#limit, twice * (1 + 2 * faster));
      this.#most = this.#read;
    }
    this.#read = 0;
    this.#since = now;
  }
}
