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
 * and stands between messages; between the parts of one it is tolerated here.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP), "Framing". Read next: command.ts.
 */
import { checkBytes, misuse, PeerError } from '../../common/index.ts';
import { COMMAND, ZmtpFrameReader, LONG, MORE } from './frame-reader.ts';

export interface Frame {
  command: boolean;
  /** Whether another part of the same message follows. */
  more: boolean;
  body: Buffer;
}

export interface ZmtpFrameDecoderOptions {
  /** Largest body in bytes, 0 to 2⁵³ − 1; 64 MiB unless given. */
  maxFrameLength?: number | undefined;
}

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
  readonly #reader: ZmtpFrameReader;
  #cut: PeerError | undefined;
  #ended = false;

  /** @throws {MisuseError} ERR_BAD_ARGUMENT for a limit outside its range */
  constructor(options: ZmtpFrameDecoderOptions = {}) {
    const { maxFrameLength = DEFAULT_MAX } = options;
    if (!Number.isSafeInteger(maxFrameLength) || maxFrameLength < 0) {
      throw misuse(`maxFrameLength is a whole number, 0 or more, not ${maxFrameLength}`);
    }
    this.maxFrameLength = maxFrameLength;
    this.#reader = new ZmtpFrameReader(maxFrameLength);
  }

  /** Why nothing more will come, when the peer broke the rules. */
  get failure(): PeerError | undefined {
    return this.#cut ?? this.#reader.failure;
  }

  /**
   * @returns all frames that this chunk completes, also those before a bad one
   * @throws {PeerError} ERR_ZMTP_FRAME, ERR_FRAME_TOO_LARGE, with no frame before it
   * @throws {MisuseError} ERR_BAD_ARGUMENT for what is not bytes, and after `end`
   */
  push(chunk: Uint8Array): Frame[] {
    checkBytes('push', chunk);
    if (this.failure) throw this.failure;
    if (this.#ended) {
      throw misuse(
        'push after end: the stream is over. A new stream needs a new decoder',
      );
    }
    const reader = this.#reader;
    reader.feed(chunk);
    const frames: Frame[] = [];
    try {
      while (reader.next()) {
        const { flags, body } = reader;
        frames.push({
          command: (flags & COMMAND) !== 0,
          more: (flags & MORE) !== 0,
          body,
        });
      }
    } catch (error) {
      if (frames.length === 0) throw error;
    }
    return frames;
  }

  /** @throws {PeerError} ERR_FRAME_CUT inside a frame, or the error that came before */
  end(): void {
    if (this.failure) throw this.failure;
    this.#ended = true;
    const { missing } = this.#reader;
    if (missing === undefined) return;
    this.#cut = new PeerError(
      'ERR_FRAME_CUT',
      `the stream ended in the middle of a ZMTP frame: ${missing} did not arrive`,
    );
    throw this.#cut;
  }
}
