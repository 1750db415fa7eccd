/**
 * First in, first out, in constant time: an array, and where its first and last item stand.
 * Pure.
 *
 * The array is kept when the queue is empty: millions of items a second pass here, and an array
 * that is made anew each time would be most of the work.
 */

/** Slots given up in front before the rest moves forward. */
const MOVE_AFTER = 1024;

export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  push(item: T): void {
    this.#items[this.#tail] = item;
    this.#tail += 1;
  }

  /** Undefined when it is empty. */
  shift(): T | undefined {
    const head = this.#head;
    if (head === this.#tail) return undefined;
    const items = this.#items;
    const item = items[head];
    items[head] = undefined;
    this.#head = head + 1;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    } else if (this.#head > MOVE_AFTER && this.#head * 2 > this.#tail) {
      this.#keep(items.slice(this.#head, this.#tail));
    }
    return item;
  }

  clear(): void {
    this.#keep([]);
  }

  /** Takes out every item that is this one. */
  remove(item: T): void {
    const kept = this.#items.slice(this.#head, this.#tail);
    this.#keep(kept.filter((other) => other !== item));
  }

  #keep(items: (T | undefined)[]): void {
    this.#items = items;
    this.#head = 0;
    this.#tail = items.length;
  }
}
