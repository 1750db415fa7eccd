/**
 * The receiving half of a connection: turns a socket's `data` events into `await recv`.
 *
 *   socket ──chunk──► unread bytes ──what was asked for──► recv
 *      ▲                   │
 *      └─ pause() ◄────────┘ when no recv waits       resume() when a recv waits for more
 *
 * Node does not read a paused socket, so the kernel's buffer fills up and TCP tells the peer to
 * wait. At most one chunk (64 KiB) waits here, and one more in Node.
 *
 * Read next: ../common/byte-queue.ts, where the bytes wait.
 */
import type { Socket } from 'node:net';
import { Duplex, Readable } from 'node:stream';
import {
  ByteQueue,
  checkSize,
  LONGEST_CHARACTER,
  MisuseError,
  PeerError,
  Wait,
  type WaitOptions,
  wholeCharacters,
} from '../common/index.ts';

/** Takes its bytes from the unread ones, or undefined if it must wait for more. */
type Attempt = (ended: boolean) => Buffer | undefined;

/** The `recv` that is waiting; there is at most one. */
interface Waiting {
  what: string;
  attempt: Attempt;
  wait: Wait<Buffer>;
}

export class StreamReader {
  readonly #socket: Socket;
  readonly #unread = new ByteQueue();
  #waiting: Waiting | undefined;
  /** What broke the connection, once it is broken. */
  #failure: Error | undefined;

  /** @param socket which nothing else may read from now on; not read before the first `recv` */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.pause();
    socket.on('error', (error) => {
      this.#failure = error;
    });
    socket.on('data', this.#onData);
    socket.on('end', this.#serve);
    socket.on('close', this.#serve);
  }

  /** At most `bufsize` bytes; empty at the end of the stream. */
  recv(bufsize: number, options: WaitOptions): Buffer | Promise<Buffer> {
    checkSize('recv', bufsize);
    return this.#receive(`recv(${bufsize})`, options, (ended) =>
      this.#unread.length > 0 || ended ? this.#take(bufsize) : undefined,
    );
  }

  /** Exactly `length` bytes. */
  recvExactly(length: number, options: WaitOptions): Buffer | Promise<Buffer> {
    checkSize('recvExactly', length);
    const what = `recvExactly(${length})`;
    return this.#receive(what, options, (ended) => {
      if (this.#unread.length >= length) return this.#take(length);
      if (!ended) return undefined;
      throw new PeerError(
        'ERR_STREAM_ENDED',
        `${what}: the peer finished ${length - this.#unread.length} bytes too early`,
      );
    });
  }

  /** At most `bufsize` bytes that cut no character in two. */
  recvText(bufsize: number, options: WaitOptions): Buffer | Promise<Buffer> {
    checkSize('recvText', bufsize, LONGEST_CHARACTER);
    return this.#receive(`recvText(${bufsize})`, options, (ended) => {
      const length = Math.min(bufsize, this.#unread.length);
      const whole = wholeCharacters(length, (index) => this.#unread.byteAt(index));
      if (ended && length < bufsize) return this.#take(length);
      const cutByUs = length === bufsize;
      return whole > 0 && (whole === length || cutByUs) ? this.#take(whole) : undefined;
    });
  }

  /** Hands the stream over with everything unread. @throws {MisuseError} ERR_RECV_BUSY */
  detach(): Duplex {
    if (this.#waiting) throw busy('detach');
    this.#socket.pause();
    this.#socket.off('data', this.#onData);
    if (this.#unread.length === 0) return this.#socket;
    const rest = this.#take(this.#unread.length);
    if (!this.#socket.readableEnded) {
      this.#socket.unshift(rest);
      return this.#socket;
    }
    // The stream has ended, and takes nothing back after that.
    const readable = Readable.from([rest], { objectMode: false });
    return Duplex.from({ readable, writable: this.#socket });
  }

  /** Ends the wait of a waiting `recv`. */
  close(): void {
    this.#waiting?.wait.reject(closedError(this.#waiting.what));
    this.#waiting = undefined;
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#unread.push(chunk);
    this.#serve();
    // Nobody wants this yet: what comes next waits in the system, and then at the peer.
    if (!this.#waiting && this.#unread.length > 0) this.#socket.pause();
  };

  /** Runs `attempt` now and at every arrival, until it returns bytes or throws. */
  #receive(
    what: string,
    options: WaitOptions,
    attempt: Attempt,
  ): Buffer | Promise<Buffer> {
    options.signal?.throwIfAborted();
    if (this.#waiting) throw busy(what);
    const atOnce = this.#read(what, attempt);
    if (atOnce) return atOnce;
    const wait = new Wait<Buffer>(what, options, this.#forget);
    this.#waiting = { what, attempt, wait };
    if (this.#socket.isPaused()) this.#socket.resume();
    return wait.promise;
  }

  readonly #forget = (): void => {
    this.#waiting = undefined;
  };

  /**
   * Removes the waiting reader at once, not when its caller wakes: another event may come in
   * between, and bytes taken for a wait that is over would be lost.
   */
  readonly #serve = (): void => {
    if (!this.#waiting) return;
    const { what, attempt, wait } = this.#waiting;
    try {
      const bytes = this.#read(what, attempt);
      if (bytes === undefined) return;
      this.#waiting = undefined;
      wait.resolve(bytes);
    } catch (error) {
      this.#waiting = undefined;
      wait.reject(error);
    }
  };

  /** @throws what broke the connection, once all that was received has been taken */
  #read(what: string, attempt: Attempt): Buffer | undefined {
    const bytes = attempt(this.#socket.readableEnded);
    if (bytes) return bytes;
    if (this.#failure) throw this.#failure;
    if (this.#socket.destroyed) throw closedError(what);
    return undefined;
  }

  #take(atMost: number): Buffer {
    return this.#unread.take(Math.min(atMost, this.#unread.length));
  }
}

function busy(what: string): MisuseError {
  return new MisuseError(
    'ERR_RECV_BUSY',
    `${what}: another read is already waiting on this connection, and each byte can go to only one`,
  );
}

function closedError(what: string): MisuseError {
  return new MisuseError('ERR_SOCKET_CLOSED', `${what}: the socket is closed`);
}
