/**
 * Lets callers continue one after another in a fixed order, whichever is ready first. Pure.
 *
 *   number 0, 1, 2 …   wait(n) resolves when all before n are done
 */
export class Turns {
  #next = 0;
  readonly #waiting = new Map<number, () => void>();

  async wait(number: number): Promise<void> {
    if (number <= this.#next) return;
    await new Promise<void>((resolve) => {
      this.#waiting.set(number, resolve);
    });
  }

  /** This one, and all before it, are done. A second call does no harm. */
  done(number: number): void {
    while (this.#next <= number) {
      this.#next += 1;
      this.#waiting.get(this.#next)?.();
      this.#waiting.delete(this.#next);
    }
  }
}
