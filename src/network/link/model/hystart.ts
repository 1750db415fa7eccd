/**
 * When slow start should end although nothing was lost: HyStart, as in Linux. Pure.
 *
 *     round trips   20 20 20 20 | 20 21 21 22 | 23 24 25 26      a queue grows: the delay
 *     a round       ·····················                        its acknowledgements come close
 *                   |◄── half the shortest trip ──►|              together for so long: the train
 *
 * Slow start doubles the window until a queue overflows, and then much is lost at once. Two signs
 * come before that. The shortest round trip of a round is longer than ever by an eighth, or the
 * acknowledgements of one round, each at most 2 ms behind the one before, last half a round trip.
 *
 * Source: Ha, Rhee, "Taming the elephants: new TCP slow start", 2011; Linux's net/ipv4/tcp_cubic.c.
 * (RFC 9406, HyStart++, looks at the delay alone and slows down first. Linux does not have it.)
 */

/** Below this window it does not look, packets. */
const LEAST_WINDOW = 16;
/** How many round trips of a round are enough to judge by. */
const SAMPLES = 8;
/** The delay counts when it is longer by an eighth, but by 4 ms at least and 16 ms at most. */
const LEAST_MORE = 4;
const MOST_MORE = 16;
/** Acknowledgements this close are one train, milliseconds. */
const CLOSE = 2;
/** What the network card may have added to the train, milliseconds. */
const SLACK = 1;

export class HyStart {
  #least = Infinity;
  #roundStart = 0;
  /** The packet whose acknowledgement ends this round. */
  #roundEnds = 0;
  #lastHeard = 0;
  #shortest = Infinity;
  #samples = 0;

  /**
   * Slow start goes on, and an acknowledgement has arrived.
   * @param now milliseconds
   * @param trip its round trip, milliseconds
   * @param first the first packet that is not acknowledged
   * @param next the next packet that will be sent for the first time
   * @returns whether slow start should end
   */
  hears(now: number, trip: number, window: number, first: number, next: number): boolean {
    this.#least = Math.min(this.#least, trip);
    if (window < LEAST_WINDOW) return false;
    if (first > this.#roundEnds) this.#beginRound(now, next);
    if (now - this.#lastHeard <= CLOSE) {
      this.#lastHeard = now;
      if (now - this.#roundStart > (this.#least + SLACK) / 2) return true;
    }
    this.#shortest = Math.min(this.#shortest, trip);
    this.#samples += 1;
    const more = Math.min(MOST_MORE, Math.max(LEAST_MORE, this.#least / 8));
    return this.#samples > SAMPLES && this.#shortest > this.#least + more;
  }

  #beginRound(now: number, next: number): void {
    this.#roundStart = now;
    this.#lastHeard = now;
    this.#roundEnds = next;
    this.#shortest = Infinity;
    this.#samples = 0;
  }
}
