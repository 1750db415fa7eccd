/**
 * First in, first out, in constant time: a ring, which doubles when it is full. Pure.
 *
 *     items: │ 5 │ 6 │   │   │ 3 │ 4 │        head: where the 3 is; length: 4
 *
 * The ring stays as it is when it has been emptied: millions of items a second pass here, and
 * an array that grows anew each time, or is moved forward, would be much of the work.
 */

/** A power of two, so that a mask brings an index back to the beginning. */
const FIRST = 16;
/** An empty ring of more slots is let go of. */
const LARGEST_KEPT = 4096;
/** To copy it takes a tenth of the time of making one, and every connection has a queue. */
const EMPTY_RING = slots(FIRST);

export class Queue<T> {
  #items: (T | undefined)[] = EMPTY_RING.slice();
  #mask = FIRST - 1;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Undefined when it is empty. */
  get first(): T | undefined {
    return this.#length === 0 ? undefined : this.#items[this.#head];
  }

  push(item: T): void {
    if (this.#length > this.#mask) this.#grow();
    this.#items[(this.#head + this.#length) & this.#mask] = item;
    this.#length += 1;
  }

  /** Undefined when it is empty. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const head = this.#head;
    const item = this.#items[head];
    this.#items[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    this.#length -= 1;
    if (this.#length === 0 && this.#mask >= LARGEST_KEPT) this.clear();
    return item;
  }

  clear(): void {
    this.#items = EMPTY_RING.slice();
    this.#mask = FIRST - 1;
    this.#head = 0;
    this.#length = 0;
  }

  /** Takes out every item that is this one. */
  remove(item: T): void {
    this.#keep(this.#inOrder().filter((other) => other !== item));
  }

  #inOrder(): (T | undefined)[] {
    const end = this.#head + this.#length;
    const [first, rest] = [this.#items.slice(this.#head, end), end - this.#items.length];
    return rest > 0 ? first.concat(this.#items.slice(0, rest)) : first;
  }

  #grow(): void {
    this.#keep(this.#inOrder(), this.#items.length * 2);
  }

  #keep(items: (T | undefined)[], size = FIRST): void {
    while (size < items.length) size *= 2;
    this.#items = items.concat(slots(size - items.length));
    this.#mask = size - 1;
    this.#head = 0;
    this.#length = items.length;
  }
}

function slots(count: number): undefined[] {
  return Array.from({ length: count });
}
