/**
 * How long a sender waits for an acknowledgement: RFC 6298, as Linux does it. Pure.
 *
 *     srtt    a running mean of the round trips     7/8 old + 1/8 new
 *     mdev    how much they deviate from it         3/4 old + 1/4 new
 *     rttvar  the greatest 4 × mdev of a round trip, and at least 200 ms; it falls by a quarter of
 *             the way in each round trip
 *     rto     srtt + rttvar, doubled for each time-out in a row
 *
 * Because of the 200 ms, one lost packet can cost a quiet connection much more than the round
 * trip that a retransmission takes.
 *
 * Source: tcp_rtt_estimator in Linux's net/ipv4/tcp_input.c.
 */

/** TCP_RTO_MIN of Linux; RFC 6298 asks for one second. Milliseconds. */
export const LEAST_VARIATION = 200;
const LONGEST_TIMEOUT = 120_000;

export class RoundTrips {
  #smoothed: number;
  /** Four times the mean deviation; its greatest in this round trip; and what the time-out adds. */
  #deviation: number;
  #greatest = LEAST_VARIATION;
  #variation: number;
  /** The packet whose acknowledgement ends this round trip. */
  #roundEnds = 0;
  #least: number;
  #backOff = 1;

  /** @param first the handshake's round trip, milliseconds */
  constructor(first: number) {
    this.#smoothed = first;
    this.#deviation = 2 * first;
    this.#variation = Math.max(this.#deviation, LEAST_VARIATION);
    this.#greatest = this.#variation;
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
    const patience = this.#smoothed + this.#variation;
    return Math.min(LONGEST_TIMEOUT, patience * this.#backOff);
  }

  /**
   * @param acknowledged the first packet that is not acknowledged
   * @param sent the next packet that will be sent for the first time
   */
  add(roundTrip: number, acknowledged = 0, sent = 0): void {
    const stray = Math.abs(roundTrip - this.#smoothed);
    const more = stray - this.#deviation / 4;
    // A round trip that is shorter than usual is no reason to wait longer for the next one.
    const shorter = roundTrip < this.#smoothed && more > 0;
    this.#smoothed += (roundTrip - this.#smoothed) / 8;
    this.#deviation += shorter ? more / 8 : more;
    this.#greatest = Math.max(this.#greatest, this.#deviation);
    this.#variation = Math.max(this.#variation, this.#greatest);
    if (acknowledged > this.#roundEnds) {
      this.#variation -= (this.#variation - this.#greatest) / 4;
      this.#roundEnds = sent;
      this.#greatest = LEAST_VARIATION;
    }
    this.#least = Math.min(this.#least, roundTrip);
    this.#backOff = 1; // the path is alive
  }

  backOff(): void {
    this.#backOff *= 2;
  }
}
