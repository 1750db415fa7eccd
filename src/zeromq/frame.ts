/**
 * ZMTP's frames: what follows the handshake, and the handshake itself. Pure.
 *
 *   short                          long
 *   ┌───────┬──────┬──────  ──┐    ┌───────┬───────────────────┬──────  ──┐
 *   │ flags │ size │ body …   │    │ flags │ size, big-endian  │ body …   │
 *   └───────┴──────┴──────  ──┘    └───────┴───────────────────┴──────  ──┘
 *     1       1      up to 255       1       8
 *
 *   flags, bit by bit:   7 6 5 4 3       2         1      0
 *                        always 0     command    long    more
 *
 * "More" says that the next frame belongs to the same message. A command is never in parts,
 * and stands between messages, or between the parts of one.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP) §2.4, "Framing". Read next: command.ts.
 */
import { ByteQueue, MisuseError, PeerError } from '../common/index.ts';

export interface Frame {
  command: boolean;
  /** Whether another part of the same message follows. */
  more: boolean;
  body: Buffer;
}

export interface FrameDecoderOptions {
  /** Largest body in bytes, 0 to 2⁵³ − 1; 64 MiB unless given. */
  maxFrameLength?: number | undefined;
}

const [MORE, LONG, COMMAND] = [0x01, 0x02, 0x04];
const RESERVED = 0xf8;
const LARGEST_SHORT = 255;
const [SHORT_HEADER, LONG_HEADER] = [2, 9];
const DEFAULT_MAX = 64 * 1024 * 1024;

export function encodeFrame({ body, command, more }: Frame): Buffer {
  const { length } = body;
  const long = length > LARGEST_SHORT;
  const header = long ? LONG_HEADER : SHORT_HEADER;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = (more ? MORE : 0) | (long ? LONG : 0) | (command ? COMMAND : 0);
  if (long) {
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 1);
    frame.writeUInt32BE(length % 2 ** 32, 5);
  } else {
    frame[1] = length;
  }
  frame.set(body, header);
  return frame;
}

/** Feed it chunks, get the frames that they complete. Bodies inside one chunk are views. */
export class ZmtpFrameDecoder {
  readonly maxFrameLength: number;
  readonly #queue = new ByteQueue();
  /** Of the frame whose body is being waited for; −1 while its header is. */
  #flags = -1;
  #length = 0;
  #failure: PeerError | undefined;

  /** @throws {MisuseError} ERR_BAD_ARGUMENT for a limit outside its range */
  constructor(options: FrameDecoderOptions = {}) {
    const { maxFrameLength = DEFAULT_MAX } = options;
    if (!Number.isSafeInteger(maxFrameLength) || maxFrameLength < 0) {
      throw new MisuseError(
        'ERR_BAD_ARGUMENT',
        `maxFrameLength is a whole number, 0 or more, not ${maxFrameLength}`,
      );
    }
    this.maxFrameLength = maxFrameLength;
  }

  /** Why nothing more will come, when the peer broke the rules. */
  get failure(): PeerError | undefined {
    return this.#failure;
  }

  /**
   * @returns all frames that this chunk completes, also those before a bad one
   * @throws {PeerError} ERR_ZMTP_FRAME, ERR_FRAME_TOO_LARGE, with no frame before it
   */
  push(chunk: Uint8Array): Frame[] {
    if (this.#failure) throw this.#failure;
    this.#queue.push(chunk);
    const frames: Frame[] = [];
    for (;;) {
      if (this.#flags === -1 && !this.#readHeader()) break;
      if (this.#queue.length < this.#length) break;
      const flags = this.#flags;
      this.#flags = -1;
      frames.push({
        command: (flags & COMMAND) !== 0,
        more: (flags & MORE) !== 0,
        body: this.#queue.take(this.#length),
      });
    }
    if (this.#failure && frames.length === 0) throw this.#failure;
    return frames;
  }

  /** @throws {PeerError} ERR_FRAME_CUT inside a frame, or the error that came before */
  end(): void {
    if (this.#failure) throw this.#failure;
    const there = this.#queue.length;
    if (this.#flags === -1 && there === 0) return;
    const missing =
      this.#flags === -1
        ? 'the rest of its header'
        : `${this.#length - there} of its ${this.#length} bytes`;
    this.#failure = new PeerError(
      'ERR_FRAME_CUT',
      `the stream ended in the middle of a ZMTP frame: ${missing} did not come`,
    );
    this.#queue.clear();
    throw this.#failure;
  }

  /** False when there is no whole header, or none that can be accepted. */
  #readHeader(): boolean {
    const queue = this.#queue;
    if (queue.length === 0) return false;
    const flags = queue.byteAt(0);
    // Wrong flags are known by the first byte: nobody need wait for the second.
    if ((flags & RESERVED) !== 0 || (flags & (MORE | COMMAND)) === (MORE | COMMAND)) {
      return this.#refuse(
        'ERR_ZMTP_FRAME',
        `the peer sent a frame with flags ${flags.toString(2).padStart(8, '0')}, ` +
          'which ZMTP 3 does not have',
      );
    }
    const header = (flags & LONG) === 0 ? SHORT_HEADER : LONG_HEADER;
    if (queue.length < header) return false;
    const length =
      header === SHORT_HEADER
        ? queue.byteAt(1)
        : queue.uint32At(1) * 2 ** 32 + queue.uint32At(5);
    if (length > this.maxFrameLength) {
      return this.#refuse(
        'ERR_FRAME_TOO_LARGE',
        `the peer announced a frame of ${length} bytes, more than the ` +
          `${this.maxFrameLength} that are allowed here`,
      );
    }
    queue.skip(header);
    this.#flags = flags;
    this.#length = length;
    return true;
  }

  #refuse(code: 'ERR_ZMTP_FRAME' | 'ERR_FRAME_TOO_LARGE', why: string): false {
    this.#failure = new PeerError(code, why);
    this.#queue.clear();
    return false;
  }
}
