/**
 * One peer's outgoing messages, as the bytes that they will be on the wire. Pure.
 *
 *     add ──►  piece │ piece │ piece  ──► take(limit) ──► in flight ──► sent | lost
 *                                              the kernel has not all of it yet
 *
 * A message counts until the kernel has taken its last byte; that is what a high-water mark is
 * compared with. ZMTP's frames are the same for every connection, so a queue may fill before
 * there is one, and outlive one that breaks: what has not been taken is sent over the next.
 * What was in flight then is gone: part of it may have arrived, and no message may arrive
 * twice.
 *
 * `take` cuts between messages only: commands (a PING) may go in between, and a new
 * connection begins with a whole message.
 */
import type { Envelope, Outgoing } from '../zmtp/index.ts';
import { COPY_UP_TO, Encoder, type Piece, type Slab } from './slab.ts';

/** In front of pieces that cannot be joined, messages this small are copied. */
const WORTH_A_COPY = 2048;

export class OutQueue {
  readonly #encoder = new Encoder();
  #waiting: Piece[] = [];
  #inFlight: Piece[] = [];
  #waitingMessages = 0;
  #flyingMessages = 0;
  /** Bytes that wait to be taken. */
  waitingBytes = 0;

  /** Messages that the kernel has not taken whole. */
  get messages(): number {
    return this.#waitingMessages + this.#flyingMessages;
  }

  /** Whether there is something to take. */
  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  get flying(): boolean {
    return this.#inFlight.length > 0;
  }

  add(message: Outgoing, envelope: Envelope): void {
    const encoder = this.#encoder;
    if (encoder.small(message, envelope)) {
      this.#addRange(encoder.slab, encoder.start, encoder.end);
    } else {
      this.addPieces(encoder.large(message, envelope));
    }
  }

  /** Bytes as they are, without a header: for STREAM. */
  addRaw(bytes: Uint8Array): void {
    const encoder = this.#encoder;
    if (bytes.length > COPY_UP_TO) {
      const piece = { slab: undefined, bytes, start: 0, end: bytes.length };
      this.addPieces([{ ...piece, messages: 1, whole: true }]);
      return;
    }
    encoder.copy(bytes, 0, bytes.length);
    this.#addRange(encoder.slab, encoder.start, encoder.end);
  }

  /** A small message that somebody else has encoded, for several queues. */
  addShared(slab: Slab, start: number, end: number): void {
    const last = this.#waiting.at(-1);
    const joins = last === undefined || (last.slab === slab && last.end === start);
    if (joins || end - start > WORTH_A_COPY) this.#addRange(slab, start, end);
    else this.#copyRange(slab, start, end);
  }

  /** A large message, encoded once for several queues. */
  addPieces(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      this.waitingBytes += piece.end - piece.start;
      const last = this.#waiting.at(-1);
      if (piece.slab) {
        if (last?.slab === piece.slab && last.end === piece.start) {
          last.end = piece.end;
          last.messages += piece.messages;
          last.whole = piece.whole;
          continue;
        }
        piece.slab.holders += 1;
      }
      this.#waiting.push({ ...piece });
    }
    this.#waitingMessages += 1;
  }

  /** What to write next: about `limit` bytes or more, whole messages; they are in flight. */
  take(limit: number): readonly Piece[] {
    const waiting = this.#waiting;
    let bytes = 0;
    let count = 0;
    let messages = 0;
    while (count < waiting.length) {
      const piece = waiting[count]!;
      bytes += piece.end - piece.start;
      messages += piece.messages;
      count += 1;
      if (bytes >= limit && piece.whole) break;
    }
    if (count === waiting.length) {
      this.#inFlight = waiting;
      this.#waiting = [];
    } else {
      this.#inFlight = waiting.splice(0, count);
    }
    this.#waitingMessages -= messages;
    this.waitingBytes -= bytes;
    this.#flyingMessages = messages;
    return this.#inFlight;
  }

  /** The kernel has all that was taken, or nobody will ever know how much of it. */
  landed(): number {
    const messages = this.#flyingMessages;
    release(this.#inFlight);
    this.#inFlight = [];
    this.#flyingMessages = 0;
    return messages;
  }

  /** The bytes that are in flight, and those that wait. */
  unsent(): { flying: Uint8Array[]; waiting: Uint8Array[] } {
    return { flying: this.#inFlight.map(view), waiting: this.#waiting.map(view) };
  }

  /** Forgets what has not been taken. */
  clear(): void {
    release(this.#waiting);
    this.#waiting = [];
    this.#waitingMessages = 0;
    this.waitingBytes = 0;
  }

  #addRange(slab: Slab, start: number, end: number): void {
    this.#waitingMessages += 1;
    this.waitingBytes += end - start;
    const waiting = this.#waiting;
    const last = waiting[waiting.length - 1];
    if (last !== undefined && last.slab === slab && last.end === start) {
      last.end = end;
      last.messages += 1;
      last.whole = true;
      return;
    }
    slab.holders += 1;
    waiting.push({ slab, bytes: slab.bytes, start, end, messages: 1, whole: true });
  }

  #copyRange(from: Slab, start: number, end: number): void {
    this.#encoder.copy(from.bytes, start, end);
    this.#addRange(this.#encoder.slab, this.#encoder.start, this.#encoder.end);
  }
}

function view({ bytes, start, end }: Piece): Uint8Array {
  return bytes.subarray(start, end);
}

function release(pieces: readonly Piece[]): void {
  for (const { slab } of pieces) if (slab) slab.holders -= 1;
}
