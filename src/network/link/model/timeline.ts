/**
 * What is due when: a heap with the earliest entry on top. Pure: the caller passes the time.
 *
 * Entries that are due at the same time come out in the order in which they went in. Separate
 * timers would not promise that: Node keeps only the order of equal durations.
 */

interface Entry<T> {
  time: number;
  /** Counts the entries, to decide between equal times. */
  order: number;
  item: T;
}

export class Timeline<T> {
  /** A binary heap: the children of entry i are 2i + 1 and 2i + 2, and not earlier than i. */
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  get length(): number {
    return this.#heap.length;
  }

  /** When the first entry is due; Infinity when there is none. */
  get nextTime(): number {
    return this.#heap[0]?.time ?? Infinity;
  }

  /** The first entry; undefined when there is none. */
  get first(): Readonly<Entry<T>> | undefined {
    return this.#heap[0];
  }

  add(time: number, item: T): void {
    const heap = this.#heap;
    const entry = { time, order: this.#added, item };
    this.#added += 1;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (!isBefore(entry, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = entry;
  }

  /** The first entry that is due by `now`; undefined when none is. */
  take(now: number): Entry<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.time > now) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an entry on top, and swaps it with its earlier child until it is in place. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}

function isBefore<T>(one: Entry<T>, other: Entry<T>): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
