/**
 * Whether what was sent again had been lost at all. Pure.
 *
 *     sent ───────── late, not lost ─────────► arrives, and its acknowledgement echoes its time
 *        repeated ──────────────────────────────────► arrives as well: a duplicate
 *
 * A sender that has sent something again needlessly learns this from
 *  - **the time stamp** (RFC 3522, Eifel): what was missing is acknowledged, and the time stamp
 *    echoed is older than the first repetition;
 *  - **duplicates** (RFC 3708, with RFC 2883's DSACK): the receiver reports each that arrived
 *    twice, and there are as many as were sent again;
 *  - **acknowledged originals** (RFC 5682, F-RTO): after a time-out something is acknowledged
 *    that was sent before it, and only once.
 *
 * Then the window is what it was before (RFC 4015): congestion-window.ts, `undo`.
 */

export class Repeats {
  #firstAt = Infinity;
  /** Sent again, and not reported as a duplicate. */
  #unreported = 0;
  #any = false;

  /** Losses are going to be repaired. */
  begin(): void {
    this.#firstAt = Infinity;
    this.#unreported = 0;
    this.#any = false;
  }

  noteRepeated(time: number): void {
    this.#firstAt = Math.min(this.#firstAt, time);
    this.#unreported += 1;
    this.#any = true;
  }

  /** The receiver reports that it had one of them already. */
  noteDuplicate(): void {
    if (this.#unreported > 0) this.#unreported -= 1;
  }

  /** Whether every one that was sent again was a duplicate. */
  get wereNeedless(): boolean {
    return this.#any && this.#unreported === 0;
  }

  /** Whether an acknowledgement that closes a gap echoes a time before the first repetition. */
  areOlder(echoed: number): boolean {
    return this.#any && echoed < this.#firstAt;
  }
}
