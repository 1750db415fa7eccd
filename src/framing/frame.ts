/**
 * Frames: how to send messages over a stream that knows only bytes. Pure.
 *
 *      0      1      2      3      4                      4 + length
 *     ┌──────┬──────┬──────┬──────┬──────────  ─────────┐
 *     │ length, big-endian        │ payload    …        │  and the next frame follows
 *     └──────┴──────┴──────┴──────┴──────────  ─────────┘
 *      00     00     00     05     h  e  l  l  o
 *
 * TCP delivers every byte, in order, and cuts the stream wherever it likes: two writes may
 * arrive as one chunk, one write as many. So each message says how long it is, and the
 * receiver collects until it has that many bytes. The length counts the payload only; 0 is
 * an empty message, which is a message all the same.
 *
 * The decoder's contract:
 *
 *   push(chunk)  every frame that is complete now, in order; perhaps none. Too few bytes
 *                are never an error, only a reason to wait.
 *   end()        the stream is over. Between two frames that is fine; inside one it is
 *                ERR_FRAME_CUT, which says how many bytes were missing.
 *   too long     a length over the limit is ERR_FRAME_TOO_LARGE, and not one byte of that
 *                frame is stored. The frames before it in the same chunk are returned first,
 *                and the *next* call throws; `failure` holds the error at once.
 *   after that   nobody knows where the next frame starts: every further call throws.
 *                So does `push` after `end`.
 *
 * Frames are views of the chunks (../common/byte-queue.ts says what that means): fine for whoever
 * uses a message and drops it. To keep some, copy them, `Buffer.from(frame)`; to keep many,
 * or if you cannot know, ask for `detach`. Chunks must not be written to after `push`.
 *
 * Nothing here opens a socket, reads a clock or waits. Read next: framed-connection.ts.
 */
import {
  ByteQueue,
  checkBytes,
  misuse,
  MisuseError,
  PeerError,
} from '../common/index.ts';

/** Bytes before the payload. */
export const HEADER_LENGTH = 4;
/** 16 MiB: longer frames are refused unless somebody asks for more. */
export const DEFAULT_MAX_FRAME_LENGTH = 16 * 1024 * 1024;
/** Text, as the commands of many protocols begin: `GET `, `EHLO`, `SSH-`. */
const PRINTABLE = /^[\t\n\r -~]{4}$/;
/** The longest payload that four bytes can announce: 4 GiB − 1. */
const LARGEST_LENGTH = 0xffff_ffff;

/**
 * One payload as it goes over the wire: a new buffer, 4 bytes longer.
 * @param maxFrameLength largest payload in bytes, 1 to 4294967295
 * @throws {MisuseError} ERR_FRAME_TOO_LARGE; ERR_BAD_ARGUMENT when it is not made of bytes
 */
export function encodeFrame(
  payload: Uint8Array,
  maxFrameLength: number = DEFAULT_MAX_FRAME_LENGTH,
): Buffer {
  checkPayload(payload, maxFrameLength);
  const frame = Buffer.allocUnsafe(HEADER_LENGTH + payload.length);
  putFrame(frame, 0, payload);
  return frame;
}

/** Many payloads as one buffer for one write, which costs far less than a write for each. */
export function encodeFrames(
  payloads: readonly Uint8Array[],
  maxFrameLength: number = DEFAULT_MAX_FRAME_LENGTH,
): Buffer {
  let total = 0;
  for (const payload of payloads) {
    checkPayload(payload, maxFrameLength);
    total += HEADER_LENGTH + payload.length;
  }
  const frames = Buffer.allocUnsafe(total);
  let at = 0;
  for (const payload of payloads) at = putFrame(frames, at, payload);
  return frames;
}

/** The 4 bytes before a payload, for whoever writes a long payload without copying it. */
export function encodeHeader(length: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_LENGTH);
  header.writeUInt32BE(length, 0);
  return header;
}

/** @throws {MisuseError} ERR_FRAME_TOO_LARGE; ERR_BAD_ARGUMENT when it is not made of bytes */
export function checkPayload(payload: Uint8Array, maxFrameLength: number): void {
  checkBytes('a frame', payload);
  if (payload.length > maxFrameLength) {
    throw new MisuseError(
      'ERR_FRAME_TOO_LARGE',
      `a payload of ${payload.length} bytes is more than the ${maxFrameLength} of the ` +
        `largest frame: send it in parts, or raise maxFrameLength at both ends`,
    );
  }
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT unless it is a whole number, 1 to 4294967295 */
function checkLimit(limit: number = DEFAULT_MAX_FRAME_LENGTH): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_LENGTH) return limit;
  throw misuse(
    `maxFrameLength is a whole number from 1 to ${LARGEST_LENGTH}, not ${limit}`,
  );
}

/** Returns where the next frame goes. The payload has been checked. */
export function putFrame(target: Buffer, at: number, payload: Uint8Array): number {
  const { length } = payload;
  // Four plain stores: `writeUInt32BE` would check again what is known here.
  target[at] = length >>> 24;
  target[at + 1] = length >>> 16;
  target[at + 2] = length >>> 8;
  target[at + 3] = length;
  target.set(payload, at + HEADER_LENGTH);
  return at + HEADER_LENGTH + length;
}

export interface FrameDecoderOptions {
  /** Largest payload in bytes, 1 to 4294967295; 16 MiB unless given. */
  maxFrameLength?: number | undefined;
  /** True when small frames are to be copied out of their chunk; false unless given. */
  detach?: boolean | undefined;
}

export class FrameDecoder {
  readonly maxFrameLength: number;
  readonly #queue: ByteQueue;
  /** The payload that is being waited for; -1 while its header is. */
  #length = -1;
  #failure: PeerError | undefined;
  #ended = false;

  /** @throws {MisuseError} ERR_BAD_ARGUMENT for a limit outside its range */
  constructor(options: FrameDecoderOptions = {}) {
    this.maxFrameLength = checkLimit(options.maxFrameLength);
    this.#queue = new ByteQueue({ detach: options.detach });
  }

  /** Why nothing more will come, when the peer broke the rules. */
  get failure(): PeerError | undefined {
    return this.#failure;
  }

  /** Bytes that wait for the rest of their frame: at most the limit and one chunk. */
  get buffered(): number {
    return this.#queue.length;
  }

  /**
   * @returns the payloads of all frames that this chunk completes
   * @throws {PeerError} ERR_FRAME_TOO_LARGE, when there is no complete frame before it
   * @throws {MisuseError} ERR_BAD_ARGUMENT for what is not bytes, and after `end`
   */
  push(chunk: Uint8Array): Buffer[] {
    checkBytes('push', chunk);
    if (this.#failure) throw this.#failure;
    if (this.#ended) {
      throw misuse(
        'push after end: the stream is over. A new stream needs a new decoder',
      );
    }
    const queue = this.#queue;
    queue.push(chunk);
    const frames: Buffer[] = [];
    let count = 0;
    for (;;) {
      if (this.#length === -1 && !this.#readHeader()) break;
      const length = this.#length;
      if (queue.length < length) break;
      // Room for about as many frames as there will be: growing an array costs a quarter more.
      if (count === 0) frames.length = Math.ceil(queue.length / (HEADER_LENGTH + length));
      frames[count] = queue.take(length);
      count += 1;
      this.#length = -1;
    }
    if (this.#failure && count === 0) throw this.#failure;
    frames.length = count;
    return frames;
  }

  /** @throws {PeerError} ERR_FRAME_CUT inside a frame, or the error that came before */
  end(): void {
    if (this.#failure) throw this.#failure;
    this.#ended = true;
    const there = this.#queue.length;
    if (this.#length === -1 && there === 0) return;
    const [missing, of] =
      this.#length === -1
        ? [HEADER_LENGTH - there, `the ${HEADER_LENGTH} bytes of its length`]
        : [this.#length - there, `its ${this.#length} bytes`];
    this.#failure = new PeerError(
      'ERR_FRAME_CUT',
      `the stream ended in the middle of a frame: ${missing} of ${of} were missing`,
    );
    this.#queue.clear();
    throw this.#failure;
  }

  /** False when there is no header, or none that can be accepted. */
  #readHeader(): boolean {
    const queue = this.#queue;
    if (queue.length < HEADER_LENGTH) return false;
    const length = queue.uint32At(0);
    if (length > this.maxFrameLength) return this.#refuse(length);
    queue.skip(HEADER_LENGTH);
    this.#length = length;
    return true;
  }

  #refuse(length: number): false {
    const header = this.#queue.take(HEADER_LENGTH);
    this.#failure = new PeerError(
      'ERR_FRAME_TOO_LARGE',
      `the peer announced a frame of ${length} bytes, more than the ` +
        `${this.maxFrameLength} that are allowed here. ${this.#otherwise(header)}`,
    );
    this.#queue.clear();
    return false;
  }

  /** What the four bytes may be, if the peer did not mean that length. */
  #otherwise(header: Buffer): string {
    if (PRINTABLE.test(header.toString('latin1'))) {
      const text = JSON.stringify(header.toString('latin1'));
      return `Its four bytes are the text ${text}: perhaps the peer speaks another protocol`;
    }
    const reversed = header.readUInt32LE();
    if (reversed <= this.maxFrameLength) {
      return (
        `With the least significant byte first, the same four bytes are ${reversed}: ` +
        `the peer has to send the most significant byte first (big-endian)`
      );
    }
    return 'Perhaps the peer speaks another protocol, and this is not a length';
  }
}
