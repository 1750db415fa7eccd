/**
 * How much a sender dares to have on its way: RFC 5681, in bytes. Pure.
 *
 *     start        10 segments (RFC 6928)
 *     slow start   one byte more for each byte acknowledged: doubles every round trip
 *     later        about half a segment more every round trip
 *     a loss       down to 0.7 of what it was: once for all losses of one window
 *     a time-out   down to one segment, and slow start again
 *
 * The two factors are those of CUBIC (RFC 9438) where it is as slow as classic TCP.
 * Simplification: its cubic curve, which matters on long, fast links only, is not here.
 */

/** What fits behind the headers into a packet of Ethernet, without options. */
export const LARGEST_SEGMENT = 1460;
const FIRST_WINDOW = 10 * LARGEST_SEGMENT;
const LEAST_WINDOW = 2 * LARGEST_SEGMENT;
const DECREASE = 0.7;
const INCREASE = (3 * (1 - DECREASE)) / (1 + DECREASE);

export class CongestionWindow {
  #bytes = FIRST_WINDOW;
  #slowStartUntil = Infinity;

  /** Bytes that may be on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The window was full, and `bytes` of it have been acknowledged. */
  grow(bytes: number): void {
    this.#bytes +=
      this.#bytes < this.#slowStartUntil
        ? bytes
        : (INCREASE * LARGEST_SEGMENT * bytes) / this.#bytes;
  }

  /** Segments were lost. */
  shrink(): void {
    this.#bytes = Math.max(LEAST_WINDOW, this.#bytes * DECREASE);
    this.#slowStartUntil = this.#bytes;
  }

  /** Nothing at all was heard for the time-out. */
  collapse(): void {
    this.#slowStartUntil = Math.max(LEAST_WINDOW, this.#bytes * DECREASE);
    this.#bytes = LARGEST_SEGMENT;
  }
}
