/**
 * The fast way from a stream's chunks to ZMTP's frames. Pure.
 *
 *     feed(chunk) ──► next(): true, with `flags` and `body`, as often as a frame is complete
 *
 * Millions of frames a second pass through here, so only a frame's body is allocated.
 *
 * - A frame inside one chunk is a view. Small ones are cut from a copy of 4 KiB of the chunk, tiny
 *   ones of 2: whoever keeps a message of 10 bytes keeps 2 KiB, not all 64. Each halving of a
 *   block halves what is kept, and costs 15 ns for a message of 100 bytes. From
 *   1 KiB on the copies would be nearly half of the work; whoever keeps one of those keeps a
 *   chunk, 64 times its size at most. A short chunk is not copied: Node gives it no more memory
 *   than it needs.
 * - A frame across chunks is gathered in a buffer of its own as its bytes come: copied once,
 *   while they are still in the processor's cache. A length that is only announced takes no
 *   memory: the buffer begins with 1 MiB at most and grows with what has really come.
 *
 * The picture of the bytes stands in frame.ts.
 */
import { constants } from 'node:buffer';
import { BufferView, PeerError } from '../../common/index.ts';
import { EMPTY } from './message.ts';

export const [MORE, LONG, COMMAND] = [0x01, 0x02, 0x04];
const RESERVED = 0xf8;
const LONG_HEADER = 9;
/** Bodies shorter than these are cut from copies of this many bytes. */
const [TINY, TINY_BLOCK] = [64, 2048];
const [SMALL, SMALL_BLOCK] = [1024, 4096];
const FIRST_ROOM = 1024 * 1024;

export class ZmtpFrameReader {
  /** Of the frame that `next` has found. */
  flags = 0;
  body: Buffer = EMPTY;
  #maxLength: number;
  #failure: PeerError | undefined;

  #chunk: Uint8Array = EMPTY;
  #memory: ArrayBufferLike = EMPTY.buffer;
  #base = 0;
  #at = 0;
  #end = 0;
  /** Whoever keeps a part of the chunk keeps no more than of a copy. */
  #short = true;
  #later: Uint8Array[] = [];
  #copy: ArrayBufferLike = EMPTY.buffer;
  #copyStart = 0;
  #copyEnd = 0;

  /** A header across chunks, byte by byte. */
  readonly #header = new Uint8Array(LONG_HEADER);
  #headerBytes = 0;
  /** A body across chunks; `#length` is −1 when there is none. */
  #gathered: Buffer = EMPTY;
  #filled = 0;
  #length = -1;
  #flags = 0;

  /** @param maxLength largest body in bytes; a larger one is refused by its header */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Holds for headers that are read from now on. */
  set maxLength(bytes: number) {
    this.#maxLength = bytes;
  }

  get maxLength(): number {
    return this.#maxLength;
  }

  /** Why nothing more will come. */
  get failure(): PeerError | undefined {
    return this.#failure;
  }

  /** What is missing from a frame that has begun; undefined between frames. */
  get missing(): string | undefined {
    if (this.#length >= 0) {
      return `${this.#length - this.#filled} of its ${this.#length} bytes`;
    }
    return this.#headerBytes > 0 ? 'the rest of its header' : undefined;
  }

  /** Adds bytes; none after a failure. They are not copied: leave them unchanged from now on. */
  feed(chunk: Uint8Array): void {
    if (chunk.length === 0 || this.#failure) return;
    if (this.#at < this.#end) this.#later.push(chunk);
    else this.#open(chunk);
  }

  /**
   * True when a frame is complete.
   * @throws {PeerError} ERR_ZMTP_FRAME, ERR_FRAME_TOO_LARGE; then nothing more will come
   */
  next(): boolean {
    for (;;) {
      const at = this.#at;
      const there = this.#end - at;
      if (there < 2 || this.#length >= 0 || this.#headerBytes > 0) {
        const found = this.#slowly();
        if (found !== undefined) return found;
        continue;
      }
      const chunk = this.#chunk;
      const flags = chunk[at]!;
      if (flags > 7 || (flags & (MORE | COMMAND)) === (MORE | COMMAND))
        this.#badFlags(flags);
      let length = chunk[at + 1]!;
      let body = at + 2;
      if ((flags & LONG) !== 0) {
        if (there < LONG_HEADER) {
          this.#collectHeader();
          continue;
        }
        length = longLength(chunk, at);
        body = at + LONG_HEADER;
      }
      if (length > this.#maxLength) this.#tooLong(length);
      const end = body + length;
      if (end > this.#end) {
        this.#at = body;
        this.#gather(flags, length);
        continue;
      }
      this.#at = end;
      this.flags = flags;
      this.body = this.#cut(body, length);
      return true;
    }
  }

  #cut(start: number, length: number): Buffer {
    if (length === 0) return EMPTY;
    if (length >= SMALL || this.#short) {
      return new BufferView(this.#memory, this.#base + start, length);
    }
    if (start + length > this.#copyEnd) {
      this.#copyStart = start;
      const block = length < TINY ? TINY_BLOCK : SMALL_BLOCK;
      this.#copyEnd = Math.min(start + block, this.#end);
      this.#copy = this.#memory.slice(this.#base + start, this.#base + this.#copyEnd);
    }
    return new BufferView(this.#copy, start - this.#copyStart, length);
  }

  #open(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#memory = chunk.buffer;
    this.#base = chunk.byteOffset;
    this.#short = this.#memory.byteLength <= TINY_BLOCK;
    this.#at = 0;
    this.#end = chunk.length;
    this.#copyEnd = 0;
  }

  /** Whatever lies across chunks. Undefined: look again. */
  #slowly(): boolean | undefined {
    if (this.#failure) throw this.#failure;
    if (this.#length >= 0) return this.#fill();
    if (this.#at < this.#end) {
      this.#collectHeader();
      return undefined;
    }
    const next = this.#later.shift();
    if (next === undefined) return false;
    this.#open(next);
    return undefined;
  }

  /** One byte of a header; the last one begins the body. */
  #collectHeader(): void {
    const header = this.#header;
    header[this.#headerBytes] = this.#chunk[this.#at]!;
    this.#at += 1;
    this.#headerBytes += 1;
    const flags = header[0]!;
    // The first byte shows wrong flags, so the second need not be awaited.
    if ((flags & RESERVED) !== 0 || (flags & (MORE | COMMAND)) === (MORE | COMMAND)) {
      this.#badFlags(flags);
    }
    const long = (flags & LONG) !== 0;
    if (this.#headerBytes < (long ? LONG_HEADER : 2)) return;
    const length = long ? longLength(header, 0) : header[1]!;
    if (length > this.#maxLength) this.#tooLong(length);
    this.#headerBytes = 0;
    this.#gather(flags, length);
  }

  #gather(flags: number, length: number): void {
    if (length > constants.MAX_LENGTH) this.#tooLong(length);
    this.#flags = flags;
    this.#length = length;
    this.#filled = 0;
    this.#gathered =
      length === 0 ? EMPTY : Buffer.allocUnsafeSlow(Math.min(length, FIRST_ROOM));
  }

  #fill(): boolean | undefined {
    const missing = this.#length - this.#filled;
    const there = Math.min(missing, this.#end - this.#at);
    if (there > 0) {
      if (this.#filled + there > this.#gathered.length) this.#grow(this.#filled + there);
      this.#gathered.set(this.#chunk.subarray(this.#at, this.#at + there), this.#filled);
      this.#filled += there;
      this.#at += there;
    }
    if (there === missing) {
      this.flags = this.#flags;
      this.body = this.#gathered;
      this.#gathered = EMPTY;
      this.#length = -1;
      return true;
    }
    const next = this.#later.shift();
    if (next === undefined) return false;
    this.#open(next);
    return undefined;
  }

  #grow(needed: number): void {
    const room = Math.min(this.#length, Math.max(needed, this.#gathered.length * 4));
    const larger = Buffer.allocUnsafeSlow(room);
    larger.set(this.#gathered.subarray(0, this.#filled));
    this.#gathered = larger;
  }

  #badFlags(flags: number): never {
    throw this.#refuse(
      new PeerError(
        'ERR_ZMTP_FRAME',
        `the peer sent a frame with flags ${flags.toString(2).padStart(8, '0')}, ` +
          'which ZMTP 3 does not have',
      ),
    );
  }

  #tooLong(length: number): never {
    throw this.#refuse(
      new PeerError(
        'ERR_FRAME_TOO_LARGE',
        `the peer announced a frame of ${length} bytes, more than the ` +
          `${this.#maxLength} that are allowed here`,
      ),
    );
  }

  #refuse(error: PeerError): PeerError {
    this.#failure = error;
    this.#later = [];
    this.#open(EMPTY);
    this.#gathered = EMPTY;
    this.#length = -1;
    this.#headerBytes = 0;
    return error;
  }
}

/** The eight bytes after the flags. Above 2⁵³ it is not exact, and refused anyway. */
function longLength(bytes: Uint8Array, at: number): number {
  const high =
    bytes[at + 1]! * 2 ** 24 +
    ((bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!);
  const low =
    ((bytes[at + 5]! << 24) |
      (bytes[at + 6]! << 16) |
      (bytes[at + 7]! << 8) |
      bytes[at + 8]!) >>>
    0;
  return high === 0 ? low : high * 2 ** 32 + low;
}
