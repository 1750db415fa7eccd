/**
 * Bytes in the order and in the pieces in which they arrived. Pure.
 *
 *     push ──►  later: ┌──────────────┐┌──────┐    head: ┌────────┬──────────┐ ──► take
 *                      │ whole chunks ││      │          │  read  │  unread  │
 *                      └──────────────┘└──────┘          └────────┴──────────┘
 *                                                                 ▲ at
 *
 * A decoder looks at the first bytes to learn how many belong together (`byteAt`,
 * `uint32At`), and takes them once they are all there. No byte is looked at twice, and
 * bytes that lie inside one chunk are not copied: `take` gives a *view* of the chunk. Bytes
 * that lie across chunks are copied once, into one new buffer. Chunks of less than 1 KiB
 * that have to wait are gathered in blocks first (for them, a second copy): a peer that
 * sends byte by byte could otherwise make us hold one object of 100 bytes for each byte.
 *
 * What a view costs. Memory is freed by whole chunks, so whoever keeps a view of 10 bytes
 * keeps the whole 64 KiB chunk. That is right for a decoder whose caller uses each message and
 * drops it, and wrong where messages are kept. For those there is `detach`: payloads of less
 * than 4 KiB are then cut from a copy of a part of their chunk, so that a payload that is kept
 * holds at most 8 KiB in memory, or 32 times its own size if that is more. One copy serves many
 * payloads, since an allocation takes longer than copying 4 KiB.
 *
 * Read next: ../framing/frame.ts, the decoder that is built on it.
 */
import { misuse, type MisuseError } from './errors.ts';

/** Chunks shorter than this are gathered while they wait … */
const TINY = 1024;
/** … in blocks of this many bytes. */
const BLOCK = 4096;
/** With `detach`, payloads shorter than this are cut from a copy … */
const SMALL = 4096;
/** … of this many bytes, for short ones … */
const LEAST = 8 * 1024;
/** … of this many times their size, for longer ones … */
const TIMES = 32;
/** … and of this many at most, half a chunk: 16 KiB would take a fifth more time at 1 KiB. */
const MOST = 32 * 1024;

const NOTHING = Buffer.alloc(0);

/**
 * This is what `subarray` calls in the end; calling it directly takes half the time (25 ns, not
 * 50).
 */
export const BufferView = (
  Buffer as unknown as {
    [Symbol.species]: new (
      memory: ArrayBufferLike,
      from: number,
      length: number,
    ) => Buffer;
  }
)[Symbol.species];

export interface ByteQueueOptions {
  /** True when what is taken may be kept for long; see above. False unless given. */
  detach?: boolean | undefined;
}

export class ByteQueue {
  readonly #detach: boolean;
  /** Always has unread bytes, unless the queue is empty. */
  #head: Uint8Array = NOTHING;
  #at = 0;
  /**
   * Payloads are cut from here, if they are `#least` bytes long and lie before the head's `#end`:
   * from the head itself or, with `detach`, from a copy of a part of it. `#base` is where the
   * head's first byte is there. Asking the head for its memory would double the cost of a view.
   */
  #memory: ArrayBufferLike = NOTHING.buffer;
  #base = 0;
  #end = 0;
  #least = 1;
  #later: Uint8Array[] = [];
  #length = 0;
  /** Free bytes in the last chunk, when that is a block in which tiny chunks gather. */
  #room = 0;

  constructor(options: ByteQueueOptions = {}) {
    this.#detach = options.detach ?? false;
  }

  /** How many bytes wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds bytes at the end. What comes first, or is 1 KiB or more, is not copied: leave the bytes
   * unchanged from now on.
   */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.#length === 0) this.#setHead(chunk);
    else if (chunk.length < TINY) this.#gather(chunk);
    else {
      this.#later.push(chunk);
      this.#room = 0;
    }
    this.#length += chunk.length;
  }

  /**
   * The byte `offset` bytes after the first, without taking it.
   * @throws {MisuseError} ERR_BAD_ARGUMENT when it is not there yet
   */
  byteAt(offset: number): number {
    let index = this.#at + offset;
    if (index < this.#head.length) return this.#head[index]!;
    index -= this.#head.length;
    for (const chunk of this.#later) {
      if (index < chunk.length) return chunk[index]!;
      index -= chunk.length;
    }
    throw tooFew(offset + 1, this.#length);
  }

  /** The four bytes from `offset` on as a number, most significant byte first. */
  uint32At(offset: number): number {
    const head = this.#head;
    const i = this.#at + offset;
    // JavaScript's shifts give signed numbers: `>>> 0` makes 0xffffffff of -1.
    if (i + 4 <= head.length) {
      return (
        ((head[i]! << 24) | (head[i + 1]! << 16) | (head[i + 2]! << 8) | head[i + 3]!) >>>
        0
      );
    }
    let value = 0;
    for (let k = 0; k < 4; k += 1) value = (value << 8) | this.byteAt(offset + k);
    return value >>> 0;
  }

  /** @throws {MisuseError} ERR_BAD_ARGUMENT when fewer than `count` bytes are there */
  skip(count: number): void {
    const end = this.#at + count;
    if (end < this.#head.length) {
      this.#at = end;
      this.#length -= count;
    } else this.#pass(count);
  }

  /**
   * The first `count` bytes, which leave the queue.
   * @throws {MisuseError} ERR_BAD_ARGUMENT when fewer are there
   */
  take(count: number): Buffer {
    const start = this.#at;
    const end = start + count;
    if (end > this.#end || count < this.#least || end >= this.#head.length) {
      return this.#takeWithCare(count);
    }
    this.#at = end;
    this.#length -= count;
    return new BufferView(this.#memory, this.#base + start, count);
  }

  /** Forgets everything. */
  clear(): void {
    this.#later = [];
    this.#length = 0;
    this.#setHead(NOTHING);
  }

  #setHead(chunk: Uint8Array): void {
    this.#head = chunk;
    this.#at = 0;
    this.#memory = chunk.buffer;
    this.#base = chunk.byteOffset;
    this.#end = this.#detach ? 0 : chunk.length;
    this.#least = 1;
    if (this.#later.length === 0) this.#room = 0;
  }

  /** `skip` beyond the head's last byte. */
  #pass(count: number): void {
    if (count > this.#length) throw tooFew(count, this.#length);
    this.#length -= count;
    let left = count - (this.#head.length - this.#at);
    let passed = 0;
    while (passed < this.#later.length && left >= this.#later[passed]!.length) {
      left -= this.#later[passed]!.length;
      passed += 1;
    }
    const next = this.#later[passed];
    this.#later.splice(0, passed + 1);
    this.#setHead(next ?? NOTHING);
    this.#at = left;
  }

  /** `take`, except for its fast path, which is kept short for the compiler. */
  #takeWithCare(count: number): Buffer {
    if (count === 0) return NOTHING;
    const start = this.#at;
    if (start + count > this.#head.length) return this.#join(count);
    if (start + count > this.#end || count < this.#least) this.#open(start, count);
    const taken = new BufferView(this.#memory, this.#base + start, count);
    this.skip(count);
    return taken;
  }

  /** With `detach`: chooses what this payload is cut from, and those after it. */
  #open(start: number, count: number): void {
    const head = this.#head;
    const most = Math.min(MOST, Math.max(LEAST, TIMES * count));
    this.#memory = head.buffer;
    this.#base = head.byteOffset;
    this.#end = head.length;
    this.#least = SMALL;
    if (count < SMALL && head.buffer.byteLength > most) {
      this.#end = Math.min(start + most, head.length);
      // `memory.slice` would first fill the new memory with zeros.
      const copy = Buffer.allocUnsafeSlow(this.#end - start);
      copy.set(head.subarray(start, this.#end));
      this.#memory = copy.buffer;
      this.#base = -start;
    }
    // Shorter payloads may not hold as much.
    const held = this.#memory.byteLength;
    if (held <= MOST) this.#least = held <= LEAST ? 1 : Math.ceil(held / TIMES);
  }

  /** `take` across chunks. */
  #join(count: number): Buffer {
    if (count > this.#length) throw tooFew(count, this.#length);
    // Short ones come from Node's pool for small buffers, so each of them holds 8 KiB in memory.
    const joined = Buffer.allocUnsafe(count);
    joined.set(this.#head.subarray(this.#at));
    let filled = this.#head.length - this.#at;
    for (const chunk of this.#later) {
      const part = chunk.subarray(0, count - filled);
      joined.set(part, filled);
      filled += part.length;
      if (filled === count) break;
    }
    this.#pass(count);
    return joined;
  }

  #gather(chunk: Uint8Array): void {
    const block = this.#later.at(-1);
    if (block === undefined || chunk.length > this.#room) {
      const fresh = Buffer.allocUnsafeSlow(BLOCK);
      fresh.set(chunk);
      this.#later.push(view(fresh, 0, chunk.length));
      this.#room = BLOCK - chunk.length;
      return;
    }
    const grown = view(block, 0, block.length + chunk.length);
    grown.set(chunk, block.length);
    this.#later[this.#later.length - 1] = grown;
    this.#room -= chunk.length;
  }
}

function view(chunk: Uint8Array, start: number, length: number): Buffer {
  return new BufferView(chunk.buffer, chunk.byteOffset + start, length);
}

function tooFew(wanted: number, there: number): MisuseError {
  return misuse(`${wanted} bytes were wanted from a queue that holds ${there}`);
}
