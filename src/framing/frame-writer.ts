/**
 * The sending half: from `await send(message)` to a stream's `write`.
 *
 * A write to a socket is a system call, about 2 µs, whatever its size. So small frames are
 * corked: those sent in one turn of the event loop leave in one call. Long payloads are not
 * even copied behind their header; header and payload leave in one call as two pieces.
 *
 *   send(a) send(b) send(c)   ──►  ┌──┬───┬──┬───┬──┬───┐  one writev
 *                                  │ha│ a │hb│ b │hc│ c │
 *                                  └──┴───┴──┴───┴──┴───┘
 *
 * Back-pressure: when the stream holds more than its own high-water mark, `send` resolves
 * only when the stream has been drained. A payload that is not copied is always longer than
 * that mark: when its `send` resolves, its bytes are the kernel's and the caller may use the
 * memory again.
 *
 * Read next: framed-connection.ts, which joins both halves.
 */
import type { Writable } from 'node:stream';
import { MisuseError, PeerError, Wait, type WaitOptions } from '../common/index.ts';
import type { Traffic } from './frame-reader.ts';
import { checkPayload, encodeFrame, encodeFrames, encodeHeader } from './frame.ts';
import { quiet, refusal } from './quiet.ts';

/** Payloads up to this many bytes are copied behind their header. */
const COPY_UP_TO = 16 * 1024;
/** `sendMany` fills writes of about this many bytes. */
const BATCH = 64 * 1024;

export class FrameWriter {
  readonly traffic: Traffic = { frames: 0, bytes: 0, chunks: 0 };
  readonly #stream: Writable;
  readonly #maxFrameLength: number;
  readonly #copyUpTo: number;
  readonly #waiting = new Set<Wait<void>>();
  #corked = false;
  #failure: Error | undefined;

  constructor(stream: Writable, maxFrameLength: number) {
    this.#stream = stream;
    this.#maxFrameLength = maxFrameLength;
    this.#copyUpTo = Math.max(COPY_UP_TO, stream.writableHighWaterMark);
    stream.on('drain', this.#goOn);
    stream.on('finish', this.#goOn); // an ending stream emits no 'drain'
  }

  send(message: Uint8Array, options: WaitOptions): Promise<void> {
    try {
      this.#check(message, options);
      this.#write(message);
      return this.#room('send', options);
    } catch (error) {
      return error instanceof MisuseError ? Promise.reject(error) : refusal(error);
    }
  }

  async sendMany(messages: Iterable<Uint8Array>, options: WaitOptions): Promise<void> {
    let batch: Uint8Array[] = [];
    let size = 0;
    const flush = (): Promise<void> => {
      const frames = encodeFrames(batch, this.#maxFrameLength);
      this.#put(frames, batch.length);
      batch = [];
      size = 0;
      return this.#room('sendMany', options);
    };
    try {
      for (const message of messages) {
        this.#check(message, options);
        if (message.length > this.#copyUpTo) {
          if (batch.length > 0) await flush();
          await this.send(message, options);
        } else {
          batch.push(message);
          size += message.length;
          if (size >= BATCH || batch.length >= BATCH / 16) await flush();
        }
      }
    } catch (error) {
      // The messages before a bad one are good: they leave.
      if (batch.length > 0 && !this.#failure) await flush();
      throw error;
    }
    this.#check(undefined, options);
    if (batch.length > 0) await flush();
  }

  /** What was sent still leaves, then the peer sees the end. */
  end(error: Error): void {
    this.#failure ??= error;
    if (this.#stream.writable) this.#stream.end();
  }

  /** Every waiting and every later `send` gets the error; the first one stays. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const wait of this.#waiting) wait.reject(error);
    this.#waiting.clear();
  }

  readonly #goOn = (): void => {
    for (const wait of this.#waiting) wait.resolve();
    this.#waiting.clear();
  };

  #check(message: Uint8Array | undefined, options: WaitOptions): void {
    options.signal?.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (!this.#stream.writable) throw peerHasGone();
    if (message) checkPayload(message, this.#maxFrameLength);
  }

  #write(message: Uint8Array): void {
    if (message.length <= this.#copyUpTo) {
      this.#corkThisTurn();
      this.#put(encodeFrame(message, this.#maxFrameLength), 1);
      return;
    }
    this.#stream.cork();
    this.#put(encodeHeader(message.length), 0);
    this.#put(message, 1);
    this.#stream.uncork();
  }

  #put(bytes: Uint8Array, frames: number): void {
    const { traffic } = this;
    traffic.chunks += 1;
    traffic.bytes += bytes.length;
    traffic.frames += frames;
    this.#stream.write(bytes);
  }

  /** Resolves at once, unless the stream wants to be drained first. */
  #room(what: string, options: WaitOptions): Promise<void> {
    if (this.#failure) return refusal(this.#failure); // this very write has failed
    if (!this.#stream.writableNeedDrain) return Promise.resolve();
    const wait = new Wait<void>(what, options, (gone) => this.#waiting.delete(gone));
    this.#waiting.add(wait);
    return quiet(wait.promise);
  }

  #corkThisTurn(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(this.#uncork);
  }

  readonly #uncork = (): void => {
    this.#corked = false;
    this.#stream.uncork();
  };
}

export function peerHasGone(): PeerError {
  return new PeerError(
    'ERR_STREAM_ENDED',
    'the peer has ended this connection: nothing more can be sent',
  );
}
