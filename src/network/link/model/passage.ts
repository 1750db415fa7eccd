/**
 * One direction of one connection through a stream relay: chunks in, bytes out, later. Pure.
 *
 *     chunks ─► cut into segments ─► wait (handshake, stall) ─► StreamModel ─► bytes, end, reset
 *
 * The stream is cut where segments of `segment` bytes end, so that what happens to a byte
 * depends on its offset alone, and not on how the chunks happened to come. Without `segment`
 * a chunk is a segment, or several of 1,460 bytes if it is longer, and k counts them.
 *
 * Three things happen at a byte that the link's options name: the stream pauses (stall), ends
 * (cut), or the connection is broken off (reset). All bytes before it arrive, in order,
 * always.
 *
 * Read next: stream-model.ts, what loss does; ../stream-connection.ts, the shell.
 */
import { LARGEST_SEGMENT } from './congestion-window.ts';
import { type AckLosses, type Fates, unharmed } from './fate.ts';
import type { Link, Stall } from './options.ts';
import type { Direction } from './packet.ts';
import type { Delivery } from './reassembly.ts';
import { type Sent, StreamModel } from './stream-model.ts';

export interface PassageOptions {
  link: Link;
  fates: Fates;
  ackLosses: AckLosses;
  direction: Direction;
  /** The connection's number, from 0: which line of fates it has. */
  line: number;
  /** When the first segment can leave: the handshake takes a round trip. */
  opensAt: number;
  onSent?: ((sent: Sent) => void) | undefined;
}

/** What is to be done at the other end. */
export type Action =
  | {
      type: 'bytes';
      data: Buffer;
      /** What it took in memory, bytes. */
      weight: number;
      delivery: Delivery<Item>;
    }
  | { type: 'end' | 'reset' };

type Item = Buffer | 'end' | 'reset';

interface Piece {
  /** When it came. */
  time: number;
  k: number;
  item: Item;
  /** How long it waits once it is first in the queue, milliseconds. */
  pause: number;
}

/** About what the objects of one piece take, in bytes: a million pieces weigh something. */
const OBJECTS = 200;
/** The number of what has no fate of its own: the end of the stream. */
const NO_FATE = 0;
/**
 * How long after the last byte a reset comes, milliseconds. When both are there at the same
 * time, Node's readers (libuv) report the byte and an end, as if the peer had said goodbye.
 */
const RESET_PAUSE = 20;

export class Passage {
  readonly #segment: number;
  readonly #stalls: readonly Stall[];
  readonly #limit: number;
  readonly #limitIs: 'end' | 'reset';
  readonly #model: StreamModel<Item>;
  #waiting: Piece[] = [];
  /** When the first of the waiting may go. */
  #opensAt: number;
  #offset = 0;
  #pieces = 0;
  #closed = false;
  #broken = false;

  constructor(options: PassageOptions) {
    const { link, fates, ackLosses, direction, line, opensAt, onSent } = options;
    const there = direction === 'there';
    const cut = there ? link.cut : link.cutBack;
    const reset = there ? link.reset : link.resetBack;
    this.#segment = link.segment;
    const stalls = there ? link.stall : link.stallBack;
    this.#stalls = stalls.toSorted((one, other) => one.offset - other.offset);
    this.#limit = Math.min(cut, reset);
    this.#limitIs = reset <= cut ? 'reset' : 'end';
    this.#opensAt = opensAt;
    const none = unharmed(link.delay);
    this.#model = new StreamModel({
      ...link,
      join: link.segment === 0,
      fate: (k, attempt) => (k === NO_FATE ? none : fates(direction, k, line, attempt)),
      ackIsLost: (n) => ackLosses(there ? 'back' : 'there', n, line),
      onSent: onSent && ((sent) => sent.k !== NO_FATE && onSent(sent)),
    });
    if (this.#limit === 0) this.#close(opensAt, this.#limitIs);
  }

  /** True when so much of the stream was lost so often that TCP would give up. */
  get gaveUp(): boolean {
    return this.#model.gaveUp;
  }

  /** When to call `advance` next; Infinity for not before something is pushed. */
  get nextTime(): number {
    const [first] = this.#waiting;
    const next = first ? Math.max(first.time, this.#opensAt) : Infinity;
    return Math.min(next, this.#model.nextTime);
  }

  /**
   * Takes bytes at `now`, and keeps them. Those behind a cut are dropped.
   * @returns what it keeps more than before, in bytes, objects included
   */
  push(now: number, chunk: Buffer): number {
    const before = this.#offset + this.#pieces * OBJECTS;
    let rest = chunk;
    while (rest.length > 0 && !this.#closed) {
      const size = Math.min(rest.length, this.#roomAt(this.#offset));
      this.#add(now, rest.subarray(0, size));
      rest = rest.subarray(size);
      if (this.#offset === this.#limit) this.#close(now, this.#limitIs);
    }
    return this.#offset + this.#pieces * OBJECTS - before;
  }

  /** The stream ends here. */
  end(now: number): void {
    if (!this.#closed) this.#close(now, 'end');
  }

  /** The connection was broken off, behind what came before: bytes, perhaps an end. */
  reset(now: number): void {
    if (!this.#broken) this.#close(now, 'reset');
  }

  /** What happens at the other end by `now`, in its order. */
  advance(now: number): Action[] {
    const actions: Action[] = [];
    for (let time = this.nextTime; time <= now; time = this.nextTime) {
      this.#feed(time);
      for (const delivery of this.#model.advance(time)) {
        const { item } = delivery;
        actions.push(
          typeof item === 'string'
            ? { type: item }
            : { type: 'bytes', data: item, weight: item.length + OBJECTS, delivery },
        );
      }
    }
    return actions;
  }

  /** How many bytes from `offset` on belong together. */
  #roomAt(offset: number): number {
    const segment = this.#segment;
    const inSegment = segment === 0 ? LARGEST_SEGMENT : segment - (offset % segment);
    const stall = this.#stalls.find((one) => one.offset > offset);
    return Math.min(
      inSegment,
      this.#limit - offset,
      (stall?.offset ?? Infinity) - offset,
    );
  }

  #add(time: number, data: Buffer): void {
    this.#pieces += 1;
    const segment = this.#segment;
    const k = segment === 0 ? this.#pieces : Math.floor(this.#offset / segment) + 1;
    const stall = this.#stalls.find(({ offset }) => offset === this.#offset);
    this.#waiting.push({ time, k, item: data, pause: stall?.milliseconds ?? 0 });
    this.#offset += data.length;
  }

  #close(time: number, how: 'end' | 'reset'): void {
    this.#closed = true;
    this.#broken ||= how === 'reset';
    const pause = how === 'reset' && this.#offset > 0 ? RESET_PAUSE : 0;
    this.#waiting.push({ time, k: NO_FATE, item: how, pause });
  }

  /** Hands to the model what need not wait any more. */
  #feed(now: number): void {
    for (;;) {
      const piece = this.#waiting[0];
      if (!piece || Math.max(piece.time, this.#opensAt) > now) return;
      if (piece.pause > 0) {
        this.#opensAt = now + piece.pause;
        piece.pause = 0;
        continue;
      }
      this.#waiting.shift();
      this.#model.offer(now, piece.k, sizeOf(piece.item), piece.item);
    }
  }
}

function sizeOf(item: Item): number {
  return typeof item === 'string' ? 0 : item.length;
}
