/**
 * The receiving half: from a stream's `data` events to `await receive()`.
 *
 *   stream ──chunk──► FrameDecoder ──frames──► unread ──one──► receive()
 *      ▲                                         │
 *      └── pause() when much lies unread ◄───────┘ resume() when all is read
 *
 * A paused socket is not read, so the kernel's buffer fills, so TCP tells the peer to stop:
 * a slow consumer slows the sender down instead of filling our memory.
 *
 * Read next: frame-writer.ts.
 */
import type { Readable } from 'node:stream';
import { MisuseError, Wait, type WaitOptions } from '../common/index.ts';
import type { FrameDecoder } from './frame.ts';
import { quiet, refusal } from './quiet.ts';

/** What a frame costs besides its bytes: the object that holds it, about 100 bytes. */
const FRAME_COST = 100;

/** Frames, bytes on the wire (payloads and headers) and chunks, in one direction. */
export interface Traffic {
  frames: number;
  bytes: number;
  chunks: number;
}

/** What a caller makes of each frame; undefined stands for the end of them. */
export type Shape<T> = (frame: Buffer | undefined) => T;
const asItIs: Shape<Buffer | undefined> = (frame) => frame;

export class FrameReader {
  readonly traffic: Traffic = { frames: 0, bytes: 0, chunks: 0 };
  readonly #stream: Readable;
  readonly #decoder: FrameDecoder;
  readonly #highWaterMark: number;
  #unread: Buffer[] = [];
  /** Where in `#unread` the next frame is. */
  #next = 0;
  /** What the unread frames cost in memory, in bytes. */
  #load = 0;
  #waiting: Wait<unknown> | undefined;
  /** What becomes of a frame, or of the end, for who waits. */
  #shape: Shape<unknown> = asItIs;
  /** How it ended: cleanly, or not. Undefined while it goes on. */
  #outcome: 'ended' | Error | undefined;

  constructor(stream: Readable, decoder: FrameDecoder, highWaterMark: number) {
    this.#stream = stream;
    this.#decoder = decoder;
    this.#highWaterMark = highWaterMark;
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    if (stream.readableEnded) this.#onEnd();
    else stream.resume();
  }

  /** How many frames have arrived and were not received yet. */
  get unread(): number {
    return this.#unread.length - this.#next;
  }

  receive(options: WaitOptions): Promise<Buffer | undefined> {
    try {
      const next = this.next(options, asItIs);
      return next instanceof Wait ? quiet(next.promise) : Promise.resolve(next);
    } catch (error) {
      return this.refuse(error, options);
    }
  }

  /** A call that could not even wait. Only a misuse of it must not go unseen. */
  refuse(error: unknown, { signal }: WaitOptions): Promise<never> {
    const known = error === this.#outcome || (signal?.aborted && error === signal.reason);
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own
    return known ? refusal(error) : Promise.reject(error);
  }

  /**
   * The next frame, or undefined at the end, in the caller's shape; or the wait for it.
   * @throws what the call is refused with, and what the stream broke with
   */
  next<T>(options: WaitOptions, shape: Shape<T>): T | Wait<T> {
    options.signal?.throwIfAborted();
    // Where frames lie unread, nobody waits for one.
    const frame = this.takeUnread();
    if (frame) return shape(frame);
    if (this.#waiting && !this.#waiting.over) {
      throw new MisuseError(
        'ERR_RECV_BUSY',
        'another receive() is already waiting for the next frame of this connection: ' +
          'await that receive() before the next',
      );
    }
    if (this.#outcome === 'ended') return shape(undefined);
    if (this.#outcome) throw this.#outcome;
    const wait = new Wait<T>('receive', options);
    this.#waiting = wait as Wait<unknown>;
    this.#shape = shape;
    return wait;
  }

  /** Nothing more will come; what has already arrived can still be received. */
  fail(error: Error): void {
    if (!this.#outcome) this.#finish(error);
  }

  /** Forgets what is unread and what may still come. */
  discard(error: Error): void {
    this.#unread = [];
    this.#next = 0;
    this.#load = 0;
    this.#finish(error);
    // Reading on, into nothing: a socket that is closed with bytes unread sends a reset, and a
    // reset can destroy our own last message.
    this.#stream.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#outcome) return;
    const { traffic } = this;
    traffic.chunks += 1;
    traffic.bytes += chunk.length;
    try {
      const frames = this.#decoder.push(chunk);
      traffic.frames += frames.length;
      this.#add(frames);
      // The frames before a bad one are good: they are received first, then the error.
      if (this.#decoder.failure) throw this.#decoder.failure;
    } catch (error) {
      this.#giveUp(error as Error);
      return;
    }
    if (this.#load >= this.#highWaterMark) this.#stream.pause();
  };

  readonly #onEnd = (): void => {
    if (this.#outcome) return;
    try {
      this.#decoder.end();
      this.#finish('ended');
    } catch (error) {
      this.#giveUp(error as Error);
    }
  };

  #giveUp(error: Error): void {
    this.#stream.pause();
    this.#finish(error);
  }

  #finish(outcome: 'ended' | Error): void {
    this.#outcome = outcome;
    const wait = this.#waiting;
    this.#waiting = undefined;
    if (wait?.over) return;
    if (outcome === 'ended') wait?.resolve(this.#shape(undefined));
    else wait?.reject(outcome);
  }

  #add(frames: Buffer[]): void {
    if (frames.length === 0) return;
    for (const frame of frames) this.#load += frame.length + FRAME_COST;
    if (this.unread === 0) this.#unread = frames;
    else this.#unread = this.#unread.slice(this.#next).concat(frames);
    this.#next = 0;
    const wait = this.#waiting;
    this.#waiting = undefined;
    if (!wait || wait.over) return;
    wait.resolve(this.#shape(this.takeUnread()));
  }

  /** The next frame, once it has arrived. */
  takeUnread(): Buffer | undefined {
    const frame = this.#unread[this.#next];
    if (!frame) return undefined;
    this.#next += 1;
    this.#load -= frame.length + FRAME_COST;
    if (this.#next === this.#unread.length) {
      this.#unread = [];
      this.#next = 0;
      if (!this.#outcome && this.#stream.isPaused()) this.#stream.resume();
    }
    return frame;
  }
}
