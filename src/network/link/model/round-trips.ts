/**
 * How long a sender waits for an acknowledgement: RFC 6298, with Linux's least. Pure.
 *
 *     srtt    a running mean of the round trips     7/8 old + 1/8 new
 *     rttvar  how much they deviate from it         3/4 old + 1/4 new
 *     rto     srtt + max(4 × rttvar, 200 ms), doubled for each time-out in a row
 *
 * Because of the 200 ms, one lost packet can cost a quiet connection much more than the round
 * trip that a retransmission takes.
 */

/** TCP_RTO_MIN of Linux; RFC 6298 asks for one second. Milliseconds. */
export const LEAST_VARIATION = 200;
const LONGEST_TIMEOUT = 120_000;

export class RoundTrips {
  #smoothed: number;
  #variation: number;
  #least: number;
  #backOff = 1;

  /** @param first the handshake's round trip, milliseconds */
  constructor(first: number) {
    this.#smoothed = first;
    this.#variation = first / 2;
    this.#least = first;
  }

  get smoothed(): number {
    return this.#smoothed;
  }

  /** The shortest round trip so far. */
  get least(): number {
    return this.#least;
  }

  /** The retransmission time-out. */
  get timeout(): number {
    const patience = this.#smoothed + Math.max(4 * this.#variation, LEAST_VARIATION);
    return Math.min(LONGEST_TIMEOUT, patience * this.#backOff);
  }

  add(roundTrip: number): void {
    const stray = Math.abs(this.#smoothed - roundTrip);
    this.#variation = 0.75 * this.#variation + 0.25 * stray;
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * roundTrip;
    this.#least = Math.min(this.#least, roundTrip);
  }

  backOff(): void {
    this.#backOff *= 2;
  }

  /** New data was acknowledged: the path is alive. */
  progress(): void {
    this.#backOff = 1;
  }
}
