/**
 * How long to wait for an acknowledgement: RFC 6298 §2. Pure.
 *
 *     first round trip R     srtt = R                       rttvar = R / 2
 *     each later one R       rttvar = 3/4 rttvar + 1/4 |srtt − R|
 *                            srtt   = 7/8 srtt   + 1/8 R
 *     time-out               srtt + 4 × rttvar, doubled for each attempt after the first
 *
 * It is doubled six times at most: a receiver that lingers after the last packet cannot wait for a
 * sender that is silent for minutes.
 *
 * At least 10 ms are added, because no clock and no queue is exact. The RFC's floor of one second,
 * and Linux's of 200 ms, would hide everything about round trips on a short link.
 * (../link/model/round-trips.ts is Linux's way, with which the relay delays a TCP stream.)
 */
const LEAST_VARIATION = 10;
const LONGEST_TIMEOUT = 60_000;
const MOST_DOUBLINGS = 6;

export class RoundTripTime {
  #smoothed: number | undefined;
  #variation = 0;
  readonly #first: number;

  /** @param first the time-out before anything has been measured, milliseconds */
  constructor(first: number) {
    this.#first = first;
  }

  /** The smoothed round trip, milliseconds; undefined before the first. */
  get smoothed(): number | undefined {
    return this.#smoothed;
  }

  add(roundTrip: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = roundTrip;
      this.#variation = roundTrip / 2;
      return;
    }
    const stray = Math.abs(this.#smoothed - roundTrip);
    this.#variation += (stray - this.#variation) / 4;
    this.#smoothed += (roundTrip - this.#smoothed) / 8;
  }

  /** @param attempt 0 for a packet that is sent for the first time */
  timeout(attempt: number): number {
    const patience =
      this.#smoothed === undefined
        ? this.#first
        : this.#smoothed + Math.max(LEAST_VARIATION, 4 * this.#variation);
    return Math.min(LONGEST_TIMEOUT, patience * 2 ** Math.min(attempt, MOST_DOUBLINGS));
  }
}
