/**
 * How many packets a sender may have in flight: RFC 5681, counted as Linux does. Pure.
 *
 *     start        10 packets (RFC 6928)
 *     slow start   one more for each packet acknowledged: doubles every round trip
 *     later        about half a packet more every round trip
 *     losses       recovery, down to 0.7 of what it was: once for all losses of one window
 *     a time-out   down to one packet, and slow start again up to 0.7 of what it was
 *
 * **Recovery** (RFC 6937, proportional rate reduction) sends one packet for each that has
 * arrived, or one more when the first gap has been closed. With many packets in flight this
 * lowers the rate gradually. With few it is harsh: where one packet was in flight, one may be,
 * and that is the retransmission. If it is lost too, nothing new can leave to reveal the loss,
 * and only the time-out helps. This is why a link with a few small messages is so slow.
 *
 * A packet counts as one, however small. The window grows only for a sender that uses it.
 *
 * The two factors are CUBIC's (RFC 9438), in the range where it grows as slowly as classic TCP.
 * Simplification: CUBIC's cubic curve, which matters only on long, fast links, is missing.
 */

const FIRST_WINDOW = 10;
const LEAST_WINDOW = 2;
const DECREASE = 0.7;
const INCREASE = (3 * (1 - DECREASE)) / (1 + DECREASE);

interface Recovery {
  /** The window when it began. */
  before: number;
  /** Packets that have arrived since then, and packets that have been sent since then. */
  arrived: number;
  sent: number;
}

export class CongestionWindow {
  #packets = FIRST_WINDOW;
  #slowStartUntil = Infinity;
  #recovery: Recovery | undefined;

  /** Packets that may be in flight. */
  get packets(): number {
    return this.#packets;
  }

  /**
   * Packets have been acknowledged.
   * @param used how many packets were in flight before
   * @param waited whether the sender had more to send than the window allowed
   */
  grow(acknowledged: number, used: number, waited: boolean): void {
    if (this.#recovery) return;
    if (this.#packets < this.#slowStartUntil) {
      if (waited || this.#packets < 2 * used) this.#packets += acknowledged;
    } else if (waited) this.#packets += (INCREASE * acknowledged) / this.#packets;
  }

  /** Packets were lost. Losses during a recovery belong to that recovery. */
  startRecovery(): void {
    if (this.#recovery) return;
    this.#slowStartUntil = this.#reduced();
    this.#recovery = { before: this.#packets, arrived: 0, sent: 0 };
  }

  /**
   * An acknowledgement arrived during recovery.
   * @param arrived how many packets it acknowledged
   * @param flying how many packets are still in flight
   * @param closed whether the first gap has been closed and no new loss was found
   * @param fewer whether the window is to end at 0.7 of what it was
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
    // The first retransmission must always be allowed.
    this.#packets = flying + Math.max(may, sent === 0 ? 1 : 0);
  }

  noteSent(packets: number): void {
    if (this.#recovery) this.#recovery.sent += packets;
  }

  /** Everything that was in flight when losses were found has arrived. */
  endRecovery(): void {
    if (!this.#recovery) return;
    this.#recovery = undefined;
    this.#packets = this.#slowStartUntil;
  }

  /**
   * No acknowledgement arrived before the time-out.
   * @param again whether what was lost had been noticed before: it counts once
   */
  collapse(again = false): void {
    if (!again) this.#slowStartUntil = this.#reduced();
    this.#recovery = undefined;
    this.#packets = 1;
  }

  #reduced(): number {
    return Math.max(LEAST_WINDOW, Math.floor(this.#packets * DECREASE));
  }
}
