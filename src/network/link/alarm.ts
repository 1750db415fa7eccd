/**
 * How long before its time an exact alarm begins to look at the clock: a timer counts whole
 * milliseconds, and a process that has slept wakes up late. Milliseconds.
 */
const AWAKE = 2;

/** One timer for whatever is due next, however often that changes. */
export class Alarm {
  readonly #onDue: (now: number) => void;
  readonly #exact: boolean;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #dueAt = Infinity;

  /**
   * @param onDue is told the time: milliseconds of `performance.now()`
   * @param options exact: whether it looks at the clock in each turn of the event loop when little
   *   is left. A timer alone is late; looking keeps the processor busy for what is left.
   */
  constructor(onDue: (now: number) => void, { exact = false } = {}) {
    this.#onDue = onDue;
    this.#exact = exact;
  }

  /** Sets it to go off at `dueAt` instead of at the time set before; Infinity for never. */
  set(dueAt: number, now: number): void {
    if (dueAt === this.#dueAt) return;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#dueAt = dueAt;
    if (dueAt < Infinity) this.#wait(dueAt - now);
  }

  /** Stops it, whatever it was set to. */
  stop(): void {
    this.set(Infinity, 0);
  }

  #wait(left: number): void {
    if (!this.#exact) this.#timer = setTimeout(this.#look, Math.ceil(left));
    else if (left < AWAKE) this.#soon = setImmediate(this.#look);
    else this.#timer = setTimeout(this.#look, Math.floor(left - AWAKE + 1));
  }

  readonly #look = (): void => {
    const now = performance.now();
    if (this.#exact && now < this.#dueAt) this.#wait(this.#dueAt - now);
    else {
      this.#dueAt = Infinity;
      this.#onDue(now);
    }
  };
}
