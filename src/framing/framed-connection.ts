/**
 * Messages over any stream of bytes: TCP, Unix-domain, TLS, the pipes of a child process.
 *
 *     const connection = new FramedConnection(net.connect(12000));
 *     await connection.send(encodeText('hello'));
 *     for await (const message of connection) console.log(decodeText(message));
 *     await connection.close();
 *
 *            ┌────────────── FramedConnection ──────────────┐
 *   send ──► │ FrameWriter ──────────────────────► writable │ ──► bytes
 *   receive ◄│ FrameReader ◄── FrameDecoder ◄───── readable │ ◄── bytes
 *            └──────────────────────────────────────────────┘
 *
 * How it can end, for the receiver:
 *
 *   undefined             the peer ended the stream, and its last frame was whole
 *   ERR_FRAME_CUT         it ended in the middle of a frame
 *   ERR_FRAME_TOO_LARGE   the peer announced too long a frame; nothing is read any more
 *   ECONNRESET, …         the system's own error (one of `send` does not end the receiving)
 *   ERR_SOCKET_CLOSED     we closed it ourselves
 *
 * Frames that were complete before that are always received first, and every later call gets
 * the same outcome. After an error, and in any case at the end, call `close()`.
 *
 * Read next: frame-reader.ts and frame-writer.ts, the two halves.
 */
import { finished, type Duplex, type Readable, type Writable } from 'node:stream';
import { hearOut, misuse, MisuseError, type WaitOptions } from '../common/index.ts';
import { FrameReader, type Traffic } from './frame-reader.ts';
import { FrameWriter, peerHasGone } from './frame-writer.ts';
import { FrameDecoder } from './frame.ts';
import { MessageIterator } from './message-iterator.ts';
import { quiet } from './quiet.ts';

/** For streams that come in two: `{ readable: child.stdout, writable: child.stdin }`. */
export interface StreamPair {
  readable: Readable;
  writable: Writable;
}

export interface FramedConnectionOptions {
  /** Largest payload in bytes, in both directions: 1 to 4294967295, 16 MiB unless given. */
  maxFrameLength?: number | undefined;
  /**
   * Reading stops while unread frames take this many bytes of memory (payloads, and 100 bytes
   * for each frame), 1 or more; 256 KiB unless given. One chunk more can lie there, and one
   * unfinished frame.
   */
  highWaterMark?: number | undefined;
  /**
   * Whether a message that is kept lets go of its chunk of the stream; true unless given. With
   * false a message of 1 KiB takes about a quarter less time, and holds up to 64 KiB while it is
   * kept: for programs that use each message and drop it.
   */
  detach?: boolean | undefined;
}

/** One for all calls: an object of its own would be garbage after each. */
const NO_OPTIONS: WaitOptions = {};

export interface CloseOptions {
  /** Milliseconds that the peer has to read the rest and to end its side; 1,000 unless given. */
  linger?: number | undefined;
}

export interface FramedStatistics {
  sent: Traffic;
  received: Traffic;
  /** Frames that have arrived and were not received yet. */
  unread: number;
}

export class FramedConnection {
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #readable: Readable;
  readonly #writable: Writable;
  #closing: Promise<void> | undefined;

  /**
   * From now on the stream is this connection's: nobody else may read it or write to it.
   * It is read ahead, up to the high-water mark, so that an end or error is noticed.
   * @throws {MisuseError} ERR_BAD_ARGUMENT for a stream of anything but bytes, or a limit
   *   out of its range
   */
  constructor(stream: Duplex | StreamPair, options: FramedConnectionOptions = {}) {
    const { readable, writable } = pairOf(stream);
    const { detach = true, highWaterMark = 256 * 1024, maxFrameLength } = options;
    if (!(highWaterMark >= 1)) {
      throw misuse(`highWaterMark is 1 or more, not ${highWaterMark}`);
    }
    const decoder = new FrameDecoder({ maxFrameLength, detach });
    this.#readable = readable;
    this.#writable = writable;
    this.#reader = new FrameReader(readable, decoder, highWaterMark);
    this.#writer = new FrameWriter(writable, decoder.maxFrameLength);
    // A failed write does not end the reading: what the peer sent before is still received.
    hearOut(readable, (error) => this.#writer.fail(error));
    // These listeners stay for good: a stream may fail after its end, and an 'error' that
    // nobody hears ends the process. A stream that is both has one of each: thousands of
    // connections have them.
    const same = (readable as unknown) === writable;
    readable.on('error', (error) => {
      this.#reader.fail(error);
      if (same) this.#writer.fail(error);
    });
    readable.on('close', () => {
      this.#reader.fail(destroyed());
      if (same) this.#nothingLeaves();
    });
    if (!same) {
      writable.on('error', (error) => this.#writer.fail(error));
      writable.on('close', () => this.#nothingLeaves());
    }
    if (readable.destroyed) this.#reader.fail(readable.errored ?? destroyed());
    if (writable.destroyed) this.#writer.fail(writable.errored ?? destroyed());
  }

  /**
   * Sends one message. Resolves when the stream has taken it and has room for more. Giving
   * up ends the waiting only: a message once taken leaves whole or not at all. Payloads of
   * more than 16 KiB, or than the stream's high-water mark if that is larger, are not copied:
   * leave them unchanged until it has resolved.
   * @throws {MisuseError} ERR_FRAME_TOO_LARGE, ERR_BAD_ARGUMENT, ERR_SOCKET_CLOSED
   * @throws {PeerError} ERR_STREAM_ENDED when the peer has gone
   * @throws {TimedOutError} ERR_TIMED_OUT, or the signal's reason
   */
  send(message: Uint8Array, options: WaitOptions = NO_OPTIONS): Promise<void> {
    return this.#writer.send(message, options);
  }

  /**
   * Sends messages in order, many in one write; takes from `messages` no faster than they
   * leave. The time-out counts from one sign of progress to the next.
   * @throws as `send`; the messages before have then been taken, those after have not
   */
  sendMany(
    messages: Iterable<Uint8Array>,
    options: WaitOptions = NO_OPTIONS,
  ): Promise<void> {
    return quiet(this.#writer.sendMany(messages, options));
  }

  /**
   * The next message, or undefined when the peer has ended. A message never gets lost by
   * giving up: the next call receives it.
   * @throws {PeerError} ERR_FRAME_CUT, ERR_FRAME_TOO_LARGE
   * @throws {MisuseError} ERR_SOCKET_CLOSED, ERR_RECV_BUSY
   * @throws {TimedOutError} ERR_TIMED_OUT, or the signal's reason, or the system's error
   */
  receive(options: WaitOptions = NO_OPTIONS): Promise<Buffer | undefined> {
    return this.#reader.receive(options);
  }

  /** All messages until the peer ends; time-out and signal apply to each. */
  messages(options: WaitOptions = NO_OPTIONS): AsyncGenerator<Buffer, void, undefined> {
    return new MessageIterator(this.#reader, options);
  }

  /** Leaving the loop leaves the connection open. */
  [Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    return this.messages();
  }

  get statistics(): FramedStatistics {
    const { traffic: sent } = this.#writer;
    const { traffic: received, unread } = this.#reader;
    return { sent: { ...sent }, received: { ...received }, unread };
  }

  /** No more messages from us. Those of the peer can still be received. */
  end(): void {
    this.#writer.end(closedHere('this connection was ended: nothing more can be sent'));
  }

  /**
   * Ends both directions: what was sent still leaves, what was not received is thrown away.
   * Waits for the peer to end too, for `linger` ms at most. Never rejects.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.linger ?? 1000);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #nothingLeaves(): void {
    this.#writer.fail(this.#readable.readableEnded ? peerHasGone() : destroyed());
  }

  async #close(linger: number): Promise<void> {
    const error = closedHere('this connection was closed');
    this.#writer.end(error);
    this.#reader.discard(error);
    const streams = [this.#readable, this.#writable];
    const gone = streams.map(
      (stream) =>
        new Promise<void>((resolve) => {
          finished(stream, () => resolve());
        }),
    );
    const destroy = (): void => streams.forEach((stream) => void stream.destroy());
    const timer = setTimeout(destroy, linger);
    await Promise.all(gone);
    clearTimeout(timer);
    destroy();
  }
}

const isReadable = (end: unknown): boolean => typeof Object(end).pipe === 'function';
const isWritable = (end: unknown): boolean => typeof Object(end).write === 'function';

function pairOf(stream: Duplex | StreamPair): StreamPair {
  const given = Object(stream) as Duplex | StreamPair;
  // A Duplex has a `readable` too: there it is a boolean.
  const pair =
    typeof given.readable === 'object' ? given : { readable: given, writable: given };
  const { readable, writable } = pair;
  if (!isReadable(readable) || !isWritable(writable)) {
    throw misuse('frames need a stream, such as a net.Socket, or { readable, writable }');
  }
  if (
    readable.readableObjectMode ||
    writable.writableObjectMode ||
    readable.readableEncoding !== null
  ) {
    throw misuse('frames need a stream of bytes: no objectMode, no setEncoding');
  }
  return pair;
}

function closedHere(message: string): MisuseError {
  return new MisuseError('ERR_SOCKET_CLOSED', message);
}

function destroyed(): MisuseError {
  return closedHere('the stream under this connection was destroyed');
}
