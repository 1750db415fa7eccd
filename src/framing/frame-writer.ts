/**
 * The sending half: from `await send(message)` to a stream's `write`.
 *
 * A write to a socket is a system call, about 2 µs, whatever its size. So the small messages
 * of one turn of the event loop are put into one batch, each after its header, and leave in
 * one call. Long payloads are not even copied; header and payload leave in one call as two
 * pieces.
 *
 *   send(a) send(b) send(c)   ──►  ┌──┬───┬──┬───┬──┬───┬────────┐  one write
 *                                  │ha│ a │hb│ b │hc│ c │ free … │
 *                                  └──┴───┴──┴───┴──┴───┴────────┘
 *
 * New memory costs more than the copying: its pages come one by one, and none is in the
 * processor's cache. So a large batch that the system has taken is filled again, by whichever
 * connection is next. That works only where the system itself takes the bytes: another stream
 * may say that it has written them, and pass the same memory on.
 *
 * Back-pressure: when the stream holds more than its own high-water mark, `send` resolves
 * only when the stream has been drained. A payload that is not copied is always longer than
 * that mark: when its `send` resolves, its bytes are the kernel's and the caller may use the
 * memory again.
 *
 * Read next: framed-connection.ts, which joins both halves.
 */
import type { Writable } from 'node:stream';
import {
  descriptorOf,
  MisuseError,
  PeerError,
  Wait,
  type WaitOptions,
} from '../common/index.ts';
import type { Traffic } from './frame-reader.ts';
import { checkPayload, encodeHeader, HEADER_LENGTH, putFrame } from './frame.ts';
import { quiet, refusal } from './quiet.ts';

/** Payloads up to this many bytes are copied after their header. */
const COPY_UP_TO = 16 * 1024;
/** A batch of this many bytes leaves before the turn is over. */
const BATCH = 64 * 1024;
/** This many batches wait to be filled again, for all connections together: half a MiB. */
const SPARES = 8;

const spares: Buffer[] = [];

const NOTHING = Buffer.alloc(0);
const AT_ONCE = Promise.resolve();

export class FrameWriter {
  readonly traffic: Traffic = { frames: 0, bytes: 0, chunks: 0 };
  readonly #stream: Writable;
  readonly #maxFrameLength: number;
  readonly #copyUpTo: number;
  readonly #batchUpTo: number;
  #batch: Buffer = NOTHING;
  /** How many bytes of the batch are frames. */
  #filled = 0;
  /** As large as the last batch became, the next one begins. */
  #usual = 0;
  #turnIsWatched = false;
  /** Those who wait for room; most connections never have any. */
  #waiting: Set<Wait<void>> | undefined;
  #failure: Error | undefined;

  constructor(stream: Writable, maxFrameLength: number) {
    this.#stream = stream;
    this.#maxFrameLength = maxFrameLength;
    const mark = stream.writableHighWaterMark;
    this.#copyUpTo = Math.max(COPY_UP_TO, mark);
    // Who set a low mark wants little in memory; that of sockets is 16 KiB or more.
    this.#batchUpTo = mark < COPY_UP_TO ? mark : BATCH;
  }

  send(message: Uint8Array, options: WaitOptions): Promise<void> {
    try {
      this.#check(options);
      this.#put(message);
      return this.#room('send', options);
    } catch (error) {
      return error instanceof MisuseError ? Promise.reject(error) : refusal(error);
    }
  }

  async sendMany(messages: Iterable<Uint8Array>, options: WaitOptions): Promise<void> {
    const { traffic } = this;
    for (const message of messages) {
      this.#check(options);
      const { chunks } = traffic;
      this.#put(message);
      if (traffic.chunks > chunks) await this.#room('sendMany', options);
    }
    this.#check(options);
    await this.#room('sendMany', options);
  }

  /** What was sent still leaves, then the peer sees the end. */
  end(error: Error): void {
    this.#failure ??= error;
    this.#handOver();
    if (this.#stream.writable) this.#stream.end();
  }

  /** Every waiting and every later `send` gets the error; the first one stays. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const wait of this.#waiting ?? []) wait.reject(error);
    this.#waiting?.clear();
  }

  #goOn(): void {
    for (const wait of this.#waiting ?? []) wait.resolve();
    this.#waiting?.clear();
  }

  #check(options: WaitOptions): void {
    options.signal?.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (!this.#stream.writable) throw peerHasGone();
  }

  #put(message: Uint8Array): void {
    checkPayload(message, this.#maxFrameLength);
    const size = HEADER_LENGTH + message.length;
    this.traffic.frames += 1;
    this.traffic.bytes += size;
    if (message.length > this.#copyUpTo) {
      this.#putLong(message);
      return;
    }
    if (this.#filled + size > this.#batch.length) this.#makeRoom(size);
    this.#filled = putFrame(this.#batch, this.#filled, message);
    if (this.#filled >= this.#batchUpTo) this.#handOver();
    if (this.#turnIsWatched) return;
    this.#turnIsWatched = true;
    process.nextTick(endTurn, this);
  }

  #putLong(message: Uint8Array): void {
    this.#handOver();
    this.#stream.cork();
    this.#write(encodeHeader(message.length));
    this.#write(message);
    this.#stream.uncork();
  }

  #makeRoom(size: number): void {
    if (this.#filled + size > this.#batchUpTo) this.#handOver();
    const { length } = this.#batch;
    const roomy = Math.min(this.#batchUpTo, Math.max(this.#usual, 4 * length));
    const larger = memoryFor(Math.max(this.#filled + size, roomy));
    this.#batch.copy(larger, 0, 0, this.#filled);
    this.#batch = larger;
  }

  /** The turn of the event loop is over: what it sent leaves. */
  endTurn(): void {
    this.#turnIsWatched = false;
    this.#handOver();
  }

  #handOver(): void {
    if (this.#filled === 0) return;
    const batch = this.#batch;
    const frames = batch.subarray(0, this.#filled);
    this.#usual = this.#filled;
    this.#batch = NOTHING;
    this.#filled = 0;
    if (!this.#stream.writable) return;
    const refills = batch.length === BATCH && descriptorOf(this.#stream) >= 0;
    this.traffic.chunks += 1;
    if (refills) this.#lend(batch, frames);
    else this.#stream.write(frames);
  }

  /** The system has taken it when `write` returns, or later, or never. */
  #lend(batch: Buffer, frames: Buffer): void {
    let lent = true;
    const taken = (error?: Error | null): void => {
      if (lent && !error && spares.length < SPARES) spares.push(batch);
      lent = false;
    };
    this.#stream.write(frames, taken);
    if (this.#stream.writableLength === 0) taken();
  }

  #write(bytes: Uint8Array): void {
    this.traffic.chunks += 1;
    this.#stream.write(bytes);
  }

  /** Resolves at once, unless the stream holds much and wants to be drained first. */
  #room(what: string, options: WaitOptions): Promise<void> {
    const stream = this.#stream;
    if (this.#failure) return refusal(this.#failure); // this very write has failed
    // What the kernel took at once is not held, and no drain need be waited for.
    const full = stream.writableLength >= stream.writableHighWaterMark;
    if (!full || !stream.writableNeedDrain) return AT_ONCE;
    const waiting = (this.#waiting ??= this.#listen());
    const wait = new Wait<void>(what, options, (gone) => waiting.delete(gone));
    waiting.add(wait);
    return quiet(wait.promise);
  }

  #listen(): Set<Wait<void>> {
    const goOn = (): void => this.#goOn();
    this.#stream.on('drain', goOn);
    this.#stream.on('finish', goOn); // an ending stream emits no 'drain'
    return new Set();
  }
}

function endTurn(writer: FrameWriter): void {
  writer.endTurn();
}

/** Memory for at least `size` bytes. */
function memoryFor(size: number): Buffer {
  if (size <= BATCH / 2 || size > BATCH) return Buffer.allocUnsafe(size);
  return spares.pop() ?? Buffer.allocUnsafeSlow(BATCH);
}

export function peerHasGone(): PeerError {
  return new PeerError(
    'ERR_STREAM_ENDED',
    'the peer has ended this connection: nothing more can be sent',
  );
}
