/**
 * Messages in the data of packets. All that a sender says is one stream of ZMTP 1.0's frames, and
 * each packet tells where in it the first message begins, for those who come late. Pure.
 *
 *   data    ┌────────┬──────────── … ┬─────────────────┬──────── …
 *           │ offset │ the end of an │ a whole message │ the beginning of another
 *           └────────┴─ earlier one ─┴─────────────────┴──────── …
 *               2     ◄── offset ───►     offset ffff: none begins here
 *
 *   frame   │ length, with the flags │ flags │ body │       flags  1: more parts follow
 *               1, or ff and 8            1
 *
 * Source: RFC 13/ZMTP (version 1.0); the offset, from watching libzmq's packets.
 * Read next: send-window.ts, receive-window.ts.
 */
import { ByteQueue } from '../../../common/index.ts';
import { COPY_UP_TO } from '../../pipes/slab.ts';
import { Queue } from '../../pipes/queue.ts';
import {
  type Envelope,
  MORE,
  MOST_PARTS,
  type Outgoing,
  partsOf,
} from '../../zmtp/index.ts';

const OFFSET = 2;
const NONE = 0xffff;
const LONG = 0xff;
const [SHORT_HEADER, LONG_HEADER] = [2, 10];
/** How much memory a part or a packet takes besides its bytes. */
export const COST = 128;

/** From messages to the data of packets. */
export class Packer {
  readonly #waiting = new Queue<Uint8Array[]>();
  #bytes = 0;
  /** What is left of the message that the last packet broke off. */
  #rest: Uint8Array[] = [];

  /** The messages that have not left completely. */
  get messages(): number {
    return this.#waiting.length + (this.#rest.length > 0 ? 1 : 0);
  }

  add(message: Outgoing, envelope: Envelope): void {
    const parts = [...envelope, ...partsOf(message)];
    const chunks = parts.flatMap((part, i) => frame(part, i < parts.length - 1));
    for (const { length } of chunks) this.#bytes += length;
    this.#waiting.push(chunks);
  }

  /** Forgets the messages of which nothing has left. */
  clear(): void {
    this.#waiting.clear();
    this.#bytes = this.#rest.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * What fits into the next packet.
   * @param size the most bytes that it may have, 3 or more
   */
  next(size: number): Buffer | undefined {
    if (this.messages === 0) return undefined;
    const data = Buffer.allocUnsafe(Math.min(size, OFFSET + this.#bytes));
    let offset = NONE;
    let at = OFFSET;
    while (at < data.length) {
      if (this.#rest.length === 0) {
        this.#rest = this.#waiting.shift()!;
        if (offset === NONE) offset = at - OFFSET;
      }
      const [chunk, ...others] = this.#rest;
      const count = Math.min(chunk!.length, data.length - at);
      data.set(chunk!.subarray(0, count), at);
      at += count;
      if (count === chunk!.length) this.#rest = others;
      else this.#rest[0] = chunk!.subarray(count);
    }
    this.#bytes -= at - OFFSET;
    data.writeUInt16BE(offset);
    return data;
  }
}

/** A large body stays where it is; a small one may be changed by the program after `send`. */
function frame(body: Uint8Array, more: boolean): Uint8Array[] {
  const length = body.length + 1;
  const header = length < LONG ? SHORT_HEADER : LONG_HEADER;
  const copied = body.length <= COPY_UP_TO;
  const bytes = Buffer.allocUnsafe(copied ? header + body.length : header);
  if (length < LONG) bytes[0] = length;
  else {
    bytes[0] = LONG;
    bytes.writeBigUInt64BE(BigInt(length), 1);
  }
  bytes[header - 1] = more ? MORE : 0;
  if (!copied) return [bytes, body];
  bytes.set(body, header);
  return [bytes];
}

/** From the data of packets, in order, to messages. */
export class Unpacker {
  readonly #most: number;
  #bytes = new ByteQueue();
  #parts: Buffer[] = [];
  #size = 0;
  /** Whether it has found where a message begins. */
  #joined = false;

  /** @param most how many bytes a message may have, all its parts together */
  constructor(most: number) {
    this.#most = most;
  }

  /** How much memory incomplete messages take, in bytes. */
  get held(): number {
    return this.#bytes.length + this.#size + this.#parts.length * COST;
  }

  /**
   * @param continued whether it goes on with the data before it, and has no offset
   * @returns false for data that nobody could have sent
   */
  push(data: Buffer, continued: boolean): boolean {
    if (continued) {
      if (this.#joined) this.#bytes.push(data);
      return true;
    }
    if (data.length < OFFSET) return false;
    const offset = data.readUInt16BE();
    if (offset !== NONE && OFFSET + offset > data.length) return false;
    if (this.#joined) this.#bytes.push(data.subarray(OFFSET));
    else if (offset !== NONE) {
      this.#joined = true;
      this.#bytes.push(data.subarray(OFFSET + offset));
    }
    return true;
  }

  /**
   * The next message that is complete; undefined when there is none.
   * @returns false when the sender breaks a rule
   */
  next(): Buffer[] | undefined | false {
    const bytes = this.#bytes;
    for (;;) {
      if (bytes.length === 0) return undefined;
      const long = bytes.byteAt(0) === LONG;
      const header = long ? LONG_HEADER : SHORT_HEADER;
      if (bytes.length < header) return undefined;
      const length = long
        ? bytes.uint32At(1) * 2 ** 32 + bytes.uint32At(5) - 1
        : bytes.byteAt(0) - 1;
      if (length < 0 || this.#size + length > this.#most) return false;
      if (this.#parts.length >= MOST_PARTS) return false;
      if (bytes.length < header + length) return undefined;
      const more = (bytes.byteAt(header - 1) & MORE) !== 0;
      bytes.skip(header);
      this.#parts.push(bytes.take(length));
      this.#size += length;
      if (more) continue;
      const parts = this.#parts;
      this.#parts = [];
      this.#size = 0;
      return parts;
    }
  }

  /** Something is missing, so incomplete messages will never be complete. */
  reset(): void {
    this.#bytes = new ByteQueue();
    this.#parts = [];
    this.#size = 0;
    this.#joined = false;
  }
}
