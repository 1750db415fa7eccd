/**
 * How many packets a sender may have in flight: RFC 5681, counted as Linux does. Pure.
 *
 *     start        10 packets (RFC 6928)
 *     slow start   one more for each packet acknowledged: doubles every round trip, until
 *                  packets are lost or a queue grows (hystart.ts)
 *     later        about half a packet more every round trip (cubic.ts)
 *     losses       recovery, down to 0.7 of what it was: once for all losses of one window
 *     a time-out   down to one packet, and slow start again up to 0.7 of what it was
 *     no loss      it was an error: as before (RFC 4015)
 *
 * **Recovery** (RFC 6937, proportional rate reduction) sends one packet for each that has
 * arrived, or one more when the first gap has been closed. With many packets in flight this
 * lowers the rate gradually. With few it is harsh: where one packet was in flight, one may be,
 * and that is the retransmission. If it is lost too, nothing new can leave to reveal the loss,
 * and only the time-out helps. This is why a link with a few small messages is so slow.
 *
 * A packet counts as one, however small. The window grows only for a sender that uses it: one that
 * has filled it since the last round trip, or half of it in slow start.
 */
import { Cubic, DECREASE } from './cubic.ts';
import { HyStart } from './hystart.ts';

const FIRST_WINDOW = 10;
const LEAST_WINDOW = 2;
/** Less than any share of a packet. */
const TINY = 1e-6;

interface Recovery {
  /** The window when it began. */
  before: number;
  /** Packets that have arrived since then, and packets that have been sent since then. */
  arrived: number;
  sent: number;
}

/** What an acknowledgement tells the sender. */
export interface Heard {
  /** Milliseconds. */
  now: number;
  /** The round trip that it measures, in milliseconds. */
  trip: number;
  /** The first packet that is not acknowledged, and the next that will be sent. */
  first: number;
  next: number;
}

export class CongestionWindow {
  #packets = FIRST_WINDOW;
  #slowStartUntil = Infinity;
  #recovery: Recovery | undefined;
  readonly #cubic = new Cubic();
  #hystart = new HyStart();
  /** Packets acknowledged that have not yet enlarged the window by one. */
  #credit = 0;
  /** Whether the window was full in this round trip, how many were in flight, and its end. */
  #full = false;
  #most = 0;
  #roundEnds = 0;
  /** What it was before the losses that are being repaired. */
  #before = { packets: 0, slowStartUntil: 0 };

  /** Packets that may be in flight. */
  get packets(): number {
    return this.#packets;
  }

  /** Packets have left, or could not because the window is full. */
  noteUse(flying: number, { first, next }: Pick<Heard, 'first' | 'next'>): void {
    const full = flying > this.#packets - 1 + TINY;
    if (first < this.#roundEnds && !full && (this.#full || flying <= this.#most)) return;
    this.#full = full;
    this.#most = flying;
    this.#roundEnds = next;
  }

  /** An acknowledgement has measured a round trip: slow start may have to end. */
  hear({ now, trip, first, next }: Heard): void {
    if (!this.#cubic.hear(now, trip) || !this.#inSlowStart) return;
    if (this.#hystart.hears(now, trip, this.#packets, first, next)) {
      this.#slowStartUntil = this.#packets;
    }
  }

  /** The first of what is in flight has been acknowledged, and this many packets with it. */
  grow(acknowledged: number, now: number): void {
    if (this.#recovery || !this.#isUsed) return;
    let rest = acknowledged;
    if (this.#inSlowStart) {
      const more = Math.min(rest, this.#slowStartUntil - this.#packets);
      this.#packets += more;
      rest -= more;
    }
    if (rest <= 0) return;
    const needed = this.#cubic.needed(now, this.#packets, rest);
    if (this.#credit >= needed) {
      this.#credit = 0;
      this.#packets += 1;
    }
    this.#credit += rest;
    const more = Math.floor(this.#credit / needed);
    this.#credit -= more * needed;
    this.#packets += more;
  }

  /** Packets were lost. Losses during a recovery belong to that recovery. */
  startRecovery(): void {
    if (this.#recovery) return;
    this.#reduce();
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

  /** A probe repaired a loss before anything else did (RFC 8985 7.4.2). */
  reduceOnce(): void {
    this.startRecovery();
    this.endRecovery();
  }

  /**
   * No acknowledgement arrived before the time-out.
   * @param flying what is still in flight
   * @param again whether what was lost had been noticed before: it counts once
   */
  collapse(flying: number, again = false): void {
    if (!again) this.#reduce();
    this.#cubic.forget();
    this.#hystart = new HyStart();
    this.#credit = 0;
    this.#recovery = undefined;
    this.#packets = flying + 1;
  }

  /** Nothing had been lost after all. */
  undo(): void {
    this.#recovery = undefined;
    this.#packets = Math.max(this.#packets, this.#before.packets);
    this.#slowStartUntil = Math.max(this.#slowStartUntil, this.#before.slowStartUntil);
  }

  get #inSlowStart(): boolean {
    return this.#packets < this.#slowStartUntil;
  }

  get #isUsed(): boolean {
    return this.#full || (this.#inSlowStart && this.#packets < 2 * this.#most);
  }

  #reduce(): void {
    this.#before = { packets: this.#packets, slowStartUntil: this.#slowStartUntil };
    this.#cubic.reduce(this.#packets);
    this.#credit = 0;
    const left = Math.floor(this.#packets * DECREASE + TINY);
    this.#slowStartUntil = Math.max(LEAST_WINDOW, left);
  }
}
