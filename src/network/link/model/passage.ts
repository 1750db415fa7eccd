/**
 * One direction of one connection through a stream relay: chunks in, bytes out, later. Pure.
 *
 *     chunks ─► cut into segments ─► wait (handshake, stall) ─► StreamModel ─► bytes, end, reset
 *
 * The stream is cut into segments of `segment` bytes, so that what happens to a byte depends
 * only on its offset, not on how the chunks happened to arrive. Without `segment`, a chunk is a
 * segment, or several if it is longer than 1,448 bytes, and k counts them.
 *
 * The link's options can name a byte at which the stream pauses (stall) or ends (cut), or at
 * which the connection is reset. All bytes before it are passed on, in order.
 *
 * Read next: stream-model.ts for what loss does; ../stream-connection.ts for the shell.
 */
import type { Bottleneck } from './bottleneck.ts';
import { type AckLosses, type Fates, unharmed } from './fate.ts';
import { LARGEST_SEGMENT } from './headers.ts';
import type { Link, Stall } from './options.ts';
import type { Direction } from './packet.ts';
import type { Delivery } from './reassembly.ts';
import { type Sent, StreamModel } from './stream-model.ts';

export interface PassageOptions {
  link: Link;
  fates: Fates;
  ackLosses: AckLosses;
  direction: Direction;
  /** The connection's number, from 0: the `line` of its fates. */
  line: number;
  /** Shared with all that travels in this direction; its own unless given. */
  bottleneck?: Bottleneck | undefined;
  /** When the first segment can leave: the handshake takes a round trip. */
  opensAt: number;
  onSent?: ((sent: Sent) => void) | undefined;
  /** Told each time that the receiver acknowledges a packet of data. */
  onAcknowledged?: (() => void) | undefined;
}

/** What to do at the other end. */
export type Action =
  | {
      type: 'bytes';
      data: Buffer;
      /** The memory that it took, bytes. */
      weight: number;
      delivery: Delivery<Item>;
    }
  | { type: 'end' | 'reset' };

type Item = Buffer | 'end' | 'reset';

interface Piece {
  /** When it was pushed. */
  time: number;
  k: number;
  item: Item;
  /** How long it waits at the head of the queue, milliseconds. */
  pause: number;
}

/** Roughly what the objects of one piece take, in bytes: a million pieces add up. */
export const OBJECTS = 200;
/** The number of the end of the stream, which has no fate of its own. */
const NO_FATE = 0;
/**
 * How long a reset waits after the last byte, milliseconds. If both are there at the same time,
 * Node's readers (libuv) report the byte and an end, as if the peer had closed normally.
 */
export const RESET_PAUSE = 20;

export class Passage {
  readonly #segment: number;
  readonly #stalls: readonly Stall[];
  readonly #limit: number;
  readonly #limitIs: 'end' | 'reset';
  readonly #model: StreamModel<Item>;
  #waiting: Piece[] = [];
  /** When the first waiting item may leave. */
  #opensAt: number;
  #offset = 0;
  #pieces = 0;
  #closed = false;
  #broken = false;

  constructor(options: PassageOptions) {
    const {
      link,
      fates,
      ackLosses,
      direction,
      line,
      opensAt,
      onSent,
      onAcknowledged,
      bottleneck,
    } = options;
    const way = link[direction];
    const other = direction === 'there' ? 'back' : 'there';
    const { cut, reset } = way;
    this.#segment = way.segment;
    this.#stalls = way.stall.toSorted((one, two) => one.offset - two.offset);
    this.#limit = Math.min(cut, reset);
    this.#limitIs = reset <= cut ? 'reset' : 'end';
    this.#opensAt = opensAt;
    const none = unharmed(way.delay);
    this.#model = new StreamModel({
      ...way,
      bottleneck,
      ackDelay: link[other].delay,
      join: way.segment === 0 || way.segment >= LARGEST_SEGMENT,
      fate: (k, attempt) => (k === NO_FATE ? none : fates(direction, k, line, attempt)),
      ackIsLost: (n) => ackLosses(other, n, line),
      onAcknowledged: onAcknowledged && ((k) => k !== NO_FATE && onAcknowledged()),
      onSent: onSent && ((sent) => sent.k !== NO_FATE && onSent(sent)),
    });
    if (this.#limit === 0) this.#close(opensAt, this.#limitIs);
  }

  /** Whether a segment was lost so often that TCP would give up. */
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
   * Takes bytes at `now`, and keeps them. Bytes after a cut are dropped.
   * @returns by how much its memory has grown, in bytes, objects included
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

  /** The connection was reset, after everything that was pushed before. */
  reset(now: number): void {
    if (!this.#broken) this.#close(now, 'reset');
  }

  /** What happens at the other end by `now`, in order. */
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

  /** Hands everything whose wait is over to the model. */
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
