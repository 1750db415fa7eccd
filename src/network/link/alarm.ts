/** One timer for whatever is due next, however often that changes. */
export class Alarm {
  readonly #onDue: (now: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;

  /** @param onDue is told the time: milliseconds of `performance.now()` */
  constructor(onDue: (now: number) => void) {
    this.#onDue = onDue;
  }

  /** Sets it to go off at `dueAt` instead of at the time set before; Infinity for never. */
  set(dueAt: number, now: number): void {
    if (dueAt === this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    if (dueAt < Infinity) this.#timer = setTimeout(this.#goOff, Math.ceil(dueAt - now));
  }

  /** Stops it, whatever it was set to. */
  stop(): void {
    this.set(Infinity, 0);
  }

  readonly #goOff = (): void => {
    this.#dueAt = Infinity;
    this.#onDue(performance.now());
  };
}
