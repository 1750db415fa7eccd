/**
 * How many packets a sender dares to have on its way: RFC 5681, counted as Linux does. Pure.
 *
 *     start        10 packets (RFC 6928)
 *     slow start   one more for each one acknowledged: doubles every round trip
 *     later        about half a packet more every round trip
 *     losses       recovery, on the way down to 0.7 of what it was: once for all of one window
 *     a time-out   down to one packet, and slow start again up to those 0.7
 *
 * **Recovery** (RFC 6937, proportional rate reduction) lets a packet go for each that has
 * arrived, or one more when the first gap has been closed. With much on its way that halves
 * nothing at once. With little, it is hard: where one packet was on its way, one may be, and
 * it is the repeated one. If that is lost too, nothing new can leave to reveal it, and only
 * the time-out helps. This is why a short link with few small messages is so slow.
 *
 * A packet counts as one, however small. The window grows only for those who use it.
 *
 * The two factors are those of CUBIC (RFC 9438) where it is as slow as classic TCP.
 * Simplification: its cubic curve, which matters on long, fast links only, is not here.
 */

/** What fits behind the headers into a packet of Ethernet, without options. Bytes. */
export const LARGEST_SEGMENT = 1460;
const FIRST_WINDOW = 10;
const LEAST_WINDOW = 2;
const DECREASE = 0.7;
const INCREASE = (3 * (1 - DECREASE)) / (1 + DECREASE);

interface Recovery {
  /** The window when it began. */
  before: number;
  /** Packets that have arrived since, and that have been sent. */
  arrived: number;
  sent: number;
}

export class CongestionWindow {
  #packets = FIRST_WINDOW;
  #slowStartUntil = Infinity;
  #recovery: Recovery | undefined;

  /** Packets that may be on their way. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * Packets have been acknowledged.
   * @param used how many were on their way before
   * @param waited whether more would have been sent, had the window allowed it
   */
  grow(acknowledged: number, used: number, waited: boolean): void {
    if (this.#recovery) return;
    if (this.#packets < this.#slowStartUntil) {
      if (waited || this.#packets < 2 * used) this.#packets += acknowledged;
    } else if (waited) this.#packets += (INCREASE * acknowledged) / this.#packets;
  }

  /** Packets were lost. Those that are lost during a recovery belong to it. */
  startRecovery(): void {
    if (this.#recovery) return;
    this.#slowStartUntil = this.#reduced();
    this.#recovery = { before: this.#packets, arrived: 0, sent: 0 };
  }

  /**
   * In recovery, something was heard.
   * @param arrived packets that it told of
   * @param flying how many are still on their way
   * @param closed whether the first gap has been closed and no new loss was found
   * @param fewer whether no more than those 0.7 are to be on their way at the end
   */
  recover(arrived: number, flying: number, closed: boolean, fewer = true): void {
    if (!this.#recovery || arrived <= 0) return;
    this.#recovery.arrived += arrived;
    const { arrived: all, before, sent } = this.#recovery;
    const room = fewer ? this.#slowStartUntil - flying : Infinity;
    const conserving = Math.max(all - sent, arrived) + (closed ? 1 : 0);
    const may =
      room < 0
        ? Math.ceil((this.#slowStartUntil * all) / before) - sent
        : Math.min(room, conserving);
    // The first repetition is not to be refused.
    this.#packets = flying + Math.max(may, sent === 0 ? 1 : 0);
  }

  noteSent(packets: number): void {
    if (this.#recovery) this.#recovery.sent += packets;
  }

  /** Everything that was on its way when losses were found has arrived. */
  endRecovery(): void {
    if (!this.#recovery) return;
    this.#recovery = undefined;
    this.#packets = this.#slowStartUntil;
  }

  /** Nothing at all was heard for the time-out. */
  collapse(): void {
    this.#slowStartUntil = this.#reduced();
    this.#recovery = undefined;
    this.#packets = 1;
  }

  #reduced(): number {
    return Math.max(LEAST_WINDOW, Math.floor(this.#packets * DECREASE));
  }
}
