/**
 * Messages become bytes here: many small ones in a row in one slab. Pure.
 *
 *   slab  ┌──┬────┬──┬────┬──┬────┬─────────────┐
 *         │h │ m1 │h │ m2 │h │ m3 │ free …      │     one write for all three
 *         └──┴────┴──┴────┴──┴────┴─────────────┘
 *
 * A write is a system call, some microseconds; copying a small message costs 0.04. So small
 * messages are copied, one after another, and leave together. A part of more than
 * `COPY_UP_TO` bytes is not copied: only its header goes into the slab, and the part itself
 * is a piece of its own. The caller must leave its memory alone until it has been sent.
 *
 * Several queues may hold pieces of one slab: that is how a publisher encodes a message once
 * for all its subscribers. A slab counts its holders, and is used again when the last lets go.
 *
 * Read next: out-queue.ts.
 */
import { type Envelope, LONG, MORE, type Outgoing } from '../zmtp/index.ts';

/** Parts of up to this many bytes are copied. */
export const COPY_UP_TO = 16 * 1024;
const [FIRST_SLAB, LARGEST_SLAB] = [1024, 64 * 1024];
const LARGEST_SHORT = 255;
const [SHORT_HEADER, LONG_HEADER] = [2, 9];
/** At most this many slabs wait to be used again: half a megabyte. */
const KEPT = 8;
/** Below this a loop is quicker than the call of `set`. */
const TINY = 8;

export class Slab {
  readonly bytes: Buffer;
  used = 0;
  /** How many pieces of it wait to be sent. */
  holders = 0;

  constructor(size: number) {
    // A piece of Node's pool takes a tenth of the time of memory of its own.
    this.bytes =
      size <= FIRST_SLAB ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size);
  }
}

/** A part that was not copied, or all bytes from `start` to `end` of a slab. */
export interface Piece {
  slab: Slab | undefined;
  bytes: Uint8Array;
  start: number;
  end: number;
  /** How many messages end in it. */
  messages: number;
  /** Whether its last byte is the last of a message. */
  whole: boolean;
}

export class Encoder {
  /** The slab of the last message. */
  slab: Slab = NO_SLAB;
  /** Where the last small message stands in the slab. */
  start = 0;
  end = 0;
  #nextSize = FIRST_SLAB;
  /** Those before it, which are used again when nobody holds them any more. */
  readonly #earlier: Slab[] = [];

  /**
   * Encodes a message that is small in all.
   * @returns false, with nothing done, when it is not: then `large` has to do it
   */
  small(message: Outgoing, envelope: Envelope): boolean {
    if (message instanceof Uint8Array && envelope.length === 0) {
      const { length } = message;
      if (length > COPY_UP_TO) return false;
      const slab = this.#room(length + LONG_HEADER);
      this.start = slab.used;
      this.#frame(slab, message, 0);
      this.end = slab.used;
      return true;
    }
    return this.#smallParts(message, envelope);
  }

  /** Encodes any message, in pieces. */
  large(message: Outgoing, envelope: Envelope): Piece[] {
    const parts = message instanceof Uint8Array ? [message] : message;
    const pieces: Piece[] = [];
    const last = envelope.length + parts.length - 1;
    for (let i = 0; i <= last; i += 1) {
      const part = i < envelope.length ? envelope[i]! : parts[i - envelope.length]!;
      const more = i < last ? MORE : 0;
      const copied = part.length <= COPY_UP_TO;
      // Only before the first part may the slab begin anew: nobody holds the others yet.
      const slab = this.#room(LONG_HEADER + (copied ? part.length : 0), i === 0);
      const start = slab.used;
      if (copied) this.#frame(slab, part, more);
      else header(slab, part.length, more);
      const before = pieces.at(-1);
      if (before?.slab === slab && before.end === start) before.end = slab.used;
      else pieces.push(piece(slab, slab.bytes, start, slab.used));
      if (!copied) pieces.push(piece(undefined, part, 0, part.length));
    }
    const end = pieces.at(-1)!;
    end.messages = 1;
    end.whole = true;
    return pieces;
  }

  /** A small message that is bytes already. */
  copy(from: Uint8Array, start: number, end: number): void {
    const slab = this.#room(end - start);
    this.start = slab.used;
    slab.bytes.set(from.subarray(start, end), slab.used);
    slab.used += end - start;
    this.end = slab.used;
  }

  /** Removes the last small message again. */
  undo(): void {
    this.slab.used = this.start;
  }

  #smallParts(message: Outgoing, envelope: Envelope): boolean {
    const parts = message instanceof Uint8Array ? [message] : message;
    let size = 0;
    for (const part of envelope) size += part.length + LONG_HEADER;
    for (const part of parts) size += part.length + LONG_HEADER;
    if (size > COPY_UP_TO + LONG_HEADER) return false;
    const slab = this.#room(size);
    this.start = slab.used;
    for (const part of envelope) this.#frame(slab, part, MORE);
    const last = parts.length - 1;
    for (let i = 0; i < last; i += 1) this.#frame(slab, parts[i]!, MORE);
    this.#frame(slab, parts[last]!, 0);
    this.end = slab.used;
    return true;
  }

  #frame(slab: Slab, part: Uint8Array, more: number): void {
    const { length } = part;
    header(slab, length, more);
    if (length <= TINY) {
      const { bytes } = slab;
      const { used } = slab;
      for (let i = 0; i < length; i += 1) bytes[used + i] = part[i]!;
    } else {
      slab.bytes.set(part, slab.used);
    }
    slab.used += length;
  }

  #room(size: number, mayRestart = true): Slab {
    const { slab } = this;
    if (slab.holders === 0 && mayRestart) slab.used = 0;
    return slab.used + size <= slab.bytes.length ? slab : this.#another(size, mayRestart);
  }

  #another(size: number, mayReuse: boolean): Slab {
    const earlier = this.#earlier;
    const at = mayReuse && size <= LARGEST_SLAB ? earlier.findIndex(unheld) : -1;
    const before = this.slab;
    // New memory costs more than the copying: its pages come one by one, none in a cache.
    const again = at === -1 ? undefined : earlier.splice(at, 1)[0]!;
    if (before.bytes.length === LARGEST_SLAB && earlier.length < KEPT)
      earlier.push(before);
    if (again) again.used = 0;
    return (this.slab = again ?? this.#larger(size));
  }

  /** Each is four times as large as the one before: a socket that sends little needs little. */
  #larger(size: number): Slab {
    while (this.#nextSize < size && this.#nextSize < LARGEST_SLAB) this.#nextSize *= 4;
    const slab = new Slab(Math.max(size, this.#nextSize));
    this.#nextSize = Math.min(LARGEST_SLAB, this.#nextSize * 4);
    return slab;
  }
}

function unheld({ holders }: Slab): boolean {
  return holders === 0;
}

function header(slab: Slab, length: number, more: number): void {
  const { bytes, used } = slab;
  if (length <= LARGEST_SHORT) {
    bytes[used] = more;
    bytes[used + 1] = length;
    slab.used = used + SHORT_HEADER;
    return;
  }
  bytes[used] = more | LONG;
  // Eight bytes, of which the first two are always 0: no buffer of JavaScript is that large.
  bytes[used + 1] = 0;
  bytes[used + 2] = 0;
  bytes[used + 3] = length / 2 ** 40;
  bytes[used + 4] = length / 2 ** 32;
  bytes[used + 5] = length >>> 24;
  bytes[used + 6] = length >>> 16;
  bytes[used + 7] = length >>> 8;
  bytes[used + 8] = length;
  slab.used = used + LONG_HEADER;
}

function piece(
  slab: Slab | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
): Piece {
  return { slab, bytes, start, end, messages: 0, whole: false };
}

const NO_SLAB = new Slab(0);
