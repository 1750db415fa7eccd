/**
 * How many packets may be in flight for the sake of the link: RFC 5681, in packets. Pure.
 *
 *     start        10 packets (RFC 6928)
 *     slow start   one more for each packet acknowledged: doubles in each round trip
 *     above the    one more in each round trip: additive increase
 *     threshold
 *     a loss       half of what is in flight is the new threshold and the new window:
 *                  multiplicative decrease, once for all losses of a window
 *     a time-out   one packet, and slow start again up to the threshold
 *
 * Simplification: it grows during recovery too, where RFC 6675 lets it wait.
 * (../link/model/congestion-window.ts is Linux's way, with which the relay delays a TCP stream.)
 */
const FIRST_WINDOW = 10;
const LEAST_THRESHOLD = 2;

export class CongestionControl {
  #window = FIRST_WINDOW;
  #threshold = Infinity;

  /** Packets that may be in flight. */
  get window(): number {
    return Math.floor(this.#window);
  }

  /** Slow start ends at this window: Infinity before the first loss. */
  get threshold(): number {
    return this.#threshold;
  }

  /** This many packets were acknowledged while the whole window was in use. */
  grow(acknowledged: number): void {
    const isSlowStart = this.#window < this.#threshold;
    this.#window += isSlowStart ? acknowledged : acknowledged / this.#window;
  }

  /** Packets were lost while this many were in flight. */
  decrease(inFlight: number): void {
    this.#threshold = Math.max(LEAST_THRESHOLD, inFlight / 2);
    this.#window = Math.min(this.#window, this.#threshold);
  }

  /** A packet's time-out ended before anything else showed that it was lost. */
  collapse(): void {
    this.#window = 1;
  }
}
