/**
 * How long somebody may take.
 *
 * Timers come before arrivals in Node's event loop. If this process was not running when the time
 * was up, what has arrived meanwhile lies there unread, so it looks once more before it gives up.
 */
export class Patience {
  readonly #timer: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;
  #extended = false;

  /** @param over called when nobody ended it for this many milliseconds */
  constructor(milliseconds: number, over: () => void) {
    this.#timer = setTimeout(() => {
      this.#lastLook = setImmediate(over);
    }, milliseconds).unref();
  }

  /** Begins anew. */
  refresh(): void {
    clearImmediate(this.#lastLook);
    this.#timer.refresh();
  }

  /**
   * Something has come that is not all. If that was at the last look, it may be our own fault that
   * the rest is not there: then it begins anew, once.
   */
  heard(): void {
    if (!this.#lastLook || this.#extended) return;
    this.#extended = true;
    this.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
  }
}
