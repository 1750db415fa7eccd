/**
 * What a TCP sender has in flight: packets neither acknowledged nor given up for lost, in the order
 * of sending. Pure.
 */
import { type Packet, sizeOf } from './receiver.ts';

export class Flight<T> {
  readonly #packets = new Set<Packet<T>>();
  /** Given up for lost since losses were noticed. */
  #given: Packet<T>[] = [];
  #bytes = 0;
  #weight = 0;

  get count(): number {
    return this.#packets.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many packets of the congestion window they take. */
  get weight(): number {
    return this.#weight;
  }

  get last(): Packet<T> | undefined {
    return [...this.#packets].at(-1);
  }

  [Symbol.iterator](): IterableIterator<Packet<T>> {
    return this.#packets.values();
  }

  add(packet: Packet<T>): void {
    this.#packets.add(packet);
    this.#bytes += sizeOf(packet.segments);
    this.#weight += packet.weight;
  }

  /** It is no longer in the air, whatever became of it. */
  land(packet: Packet<T>): void {
    if (!this.#packets.delete(packet)) return;
    this.#bytes -= sizeOf(packet.segments);
    this.#weight -= packet.weight;
    if (this.#packets.size === 0) this.#weight = 0; // sums of thirds are not exact
  }

  giveUp(packet: Packet<T>): void {
    this.land(packet);
    this.#given.push(packet);
  }

  /** Those that had been given up are in the air after all, if nobody has sent them again. */
  restore(isMissing: (packet: Packet<T>) => boolean): void {
    const all = [...this.#packets, ...this.#given.filter(isMissing)];
    this.#packets.clear();
    this.#bytes = 0;
    this.#weight = 0;
    for (const packet of all.sort((one, two) => one.number - two.number))
      this.add(packet);
    this.forget();
  }

  /** What was given up has been made good. */
  forget(): void {
    this.#given = [];
  }
}
