/**
 * The limit on mistakes, above all on wrong join codes. Pure.
 *
 * Codes must not be tried by the thousand. But a class behind one router is one host, and
 * whoever guesses there must not keep out the others. So after too many mistakes, newcomers wait
 * for their turn: one request from each address, first come, first served. A guess among them does
 * not learn any sooner whether it was right.
 */
import { type Address, keyOf, type Limits, QuarterCounter } from './quarter-counter.ts';

/** Another port must not be worth another hundred guesses. */
const MISTAKES: Limits = { address: 25, host: 100, all: 250 };
/** With a hundred in a quarter of a second, the last of them waits for five seconds. */
const MOST_WAITING = 2000;

interface Waiting {
  address: Address;
  act: () => void;
}

export class Mistakes {
  readonly #counter = new QuarterCounter(MISTAKES);
  readonly #line = new Map<string, Waiting>();

  /**
   * Calls `act`, which may turn out to be a mistake: now, or when it is its turn.
   * @returns false when it will not be called: the address waits already, or too many do
   */
  admit(address: Address, act: () => void): boolean {
    if (!this.#counter.isFull(address)) {
      act();
      return true;
    }
    const key = keyOf(address);
    if (this.#line.has(key) || this.#line.size >= MOST_WAITING) return false;
    this.#line.set(key, { address, act });
    return true;
  }

  /** A mistake has come from here. @returns whether there was still room for it */
  count(address: Address): boolean {
    return this.#counter.count(address);
  }

  nextQuarter(): void {
    this.#counter.nextQuarter();
    for (const [key, { address, act }] of this.#line) {
      if (this.#counter.isFull(address)) continue;
      this.#line.delete(key);
      act();
    }
  }
}
