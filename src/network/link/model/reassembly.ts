/**
 * The receiving side of a TCP stream: takes segments in any order, returns them in order. Pure.
 *
 *     arrived   1  2  ·  4  5          4 and 5 wait for 3: head-of-line blocking
 *     read      1  2
 *     3 comes   1  2  3  4  5          all three can be read at the same time
 */

/** A piece of what the application wrote, on its way. */
export interface Segment<T> {
  item: T;
  /** Its position in the stream, from 0. */
  index: number;
  k: number;
  offset: number;
  size: number;
  offeredAt: number;
  /** How often it was sent, and when the last time. */
  attempts: number;
  sentAt: number;
  /** Infinity until it arrives. */
  arrivedAt: number;
  /** Whether the sender knows that it has arrived. */
  acknowledged: boolean;
}

export interface Delivery<T> {
  item: T;
  k: number;
  offset: number;
  size: number;
  /** When the application could read it. */
  time: number;
  /** When it was offered, and when its packet arrived. */
  offeredAt: number;
  arrivedAt: number;
  /** How often it was sent. */
  attempts: number;
  /** The segment that was missing when it arrived; 0 if none was. */
  waitedFor: number;
}

export class Reassembly<T> {
  readonly #early = new Map<number, Segment<T>>();
  #expected = 0;
  #bytes = 0;

  /** Whether something is missing that later segments wait for. */
  get hasGap(): boolean {
    return this.#early.size > 0;
  }

  /** Bytes that have arrived in order. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The segments of a packet arrive at `time`, perhaps not for the first time. */
  arrive(segments: readonly Segment<T>[], time: number, delivered: Delivery<T>[]): void {
    // The others are copies or unnecessary retransmissions.
    const fresh = segments.filter(({ arrivedAt }) => arrivedAt === Infinity);
    for (const segment of fresh) {
      segment.arrivedAt = time;
      this.#early.set(segment.index, segment);
    }
    const first = this.#early.get(this.#expected);
    for (let next = first; next; next = this.#early.get(this.#expected)) {
      const { item, k, offset, size, offeredAt, arrivedAt, attempts } = next;
      const waitedFor = fresh.includes(next) ? 0 : first!.k;
      delivered.push({
        item,
        k,
        offset,
        size,
        time,
        offeredAt,
        arrivedAt,
        attempts,
        waitedFor,
      });
      this.#early.delete(this.#expected);
      this.#bytes += size;
      this.#expected += 1;
    }
  }
}
