/**
 * How a congestion window grows when slow start is over: CUBIC (RFC 9438), as Linux does it.
 * Pure.
 *
 *     packets                                     W(t) = 0.4 (t − K)³ + plateau
 *       ▲                                      ╱
 *       │  loss                              ╱      probing for more
 *       │   ╲│          ________·───────────
 *       │    │      ╱           plateau: the window at the loss
 *       │    │  ╱
 *       │    0.7 of it
 *       └────┴──────────────────K──────────────────► t, seconds since the loss
 *
 * The curve depends on time, not on round trips (RFC 9438 4.2). Where a Reno sender would have
 * more by now, its estimate counts instead (4.3): on short or slow links, which is most of them.
 * After a loss below the last plateau, the next one is only 0.85 of the window at that loss (4.7):
 * room for others.
 *
 * Linux keeps whole packets, and looks at the curve at most once in 1/32 s while the window is
 * the same. So it grows more slowly over short round trips than the RFC says.
 *
 * Read next: congestion-window.ts.
 */

/** What is left of a window after a loss: RFC 9438's β. */
export const DECREASE = 0.7;
/** RFC 9438's C, packets a second³. */
const STEEPNESS = 0.4;
/** In how many windows Reno, falling to 0.7, grows by a packet: 1 ÷ α, 17/9, rounded by Linux. */
const RENO_WINDOWS = 15 / 8;
/** How long to wait before the growth is computed again, in milliseconds. */
const LOOK = 1000 / 32;
/** For a second after a loss, round trips say nothing about the path. */
const SETTLED = 1000;
/** As long as no window was too large: at least one more packet for 20 acknowledged. */
const UNKNOWN_LIMIT = 20;
/** At most half a packet more for each packet acknowledged. */
const LEAST = 2;

interface Epoch {
  /** Milliseconds. */
  start: number;
  plateau: number;
  /** When the curve reaches its plateau, seconds since the start. */
  reached: number;
  /** Packets acknowledged that Reno's estimate has not yet used, and this estimate. */
  acknowledged: number;
  reno: number;
}

export class Cubic {
  /** The window at the last loss, or a little less; 0 while there was none. */
  #before = 0;
  #epoch: Epoch | undefined;
  #needed = 0;
  #lookedAt = -Infinity;
  /** The shortest round trip since the last time-out, milliseconds; 0 while there was none. */
  #trip = 0;
  #window = 0;

  /**
   * How many packets must be acknowledged until the window may grow by one.
   * @param now milliseconds
   * @param acknowledged packets, just now
   */
  needed(now: number, window: number, acknowledged: number): number {
    const epoch = (this.#epoch ??= this.#begin(now, window));
    epoch.acknowledged += acknowledged;
    if (this.#window === window && now - this.#lookedAt <= LOOK) return this.#needed;
    this.#window = window;
    this.#lookedAt = now;
    const t = (now - epoch.start + this.#trip) / 1000 - epoch.reached;
    const curve = epoch.plateau + Math.trunc(STEEPNESS * t ** 3);
    let needed = curve > window ? Math.floor(window / (curve - window)) : 100 * window;
    if (this.#before === 0) needed = Math.min(needed, UNKNOWN_LIMIT);
    const step = Math.floor(window * RENO_WINDOWS);
    while (epoch.acknowledged > step) {
      epoch.acknowledged -= step;
      epoch.reno += 1;
    }
    if (epoch.reno > window) {
      needed = Math.min(needed, Math.floor(window / (epoch.reno - window)));
    }
    this.#needed = Math.max(needed, LEAST);
    return this.#needed;
  }

  /**
   * A round trip took this many milliseconds. Right after a loss that does not count.
   * @returns whether it counts
   */
  hear(now: number, trip: number): boolean {
    if (this.#epoch && now - this.#epoch.start < SETTLED) return false;
    this.#trip = this.#trip === 0 ? trip : Math.min(this.#trip, trip);
    return true;
  }

  /** Packets were lost. */
  reduce(window: number): void {
    this.#epoch = undefined;
    this.#window = 0;
    const lower = window < this.#before;
    this.#before = lower ? Math.floor((window * (1 + DECREASE)) / 2) : window;
  }

  /** A time-out: what was known of the path no longer counts (RFC 9438 4.8). */
  forget(): void {
    this.#epoch = undefined;
    this.#before = 0;
    this.#window = 0;
    this.#trip = 0;
  }

  #begin(start: number, window: number): Epoch {
    const below = Math.max(0, this.#before - window);
    const plateau = Math.max(window, this.#before);
    const reached = Math.cbrt(below / STEEPNESS);
    return { start, plateau, reached, acknowledged: 0, reno: window };
  }
}
