/**
 * The receiver's application: it reads a message, and is then busy with it for a while. Pure: the
 * caller passes the time, and learns when to ask again.
 *
 * A core that keeps messages is asked for each. The others deliver at once, into an inbox as large
 * as the receiver's buffer; what comes when it is full is dropped, as a kernel does (udp(7)).
 */
import type { End } from './end.ts';

export interface ReaderOptions {
  /** Milliseconds for each message. */
  every: number;
  /** How many messages its inbox has room for. */
  buffer: number;
  /** Whether the core keeps messages until the application asks for them. */
  keeps: boolean;
  onRead: (message: Uint8Array, now: number) => void;
}

export class Reader {
  readonly #options: ReaderOptions;
  readonly #inbox: Uint8Array[] = [];
  #dropped = 0;
  #nextTime = Infinity;
  #busyUntil = -Infinity;
  #found = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Messages for which there was no room. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When to call `read` next; Infinity for not before something comes. */
  get nextTime(): number {
    return this.#nextTime;
  }

  /** The core has delivered a message. */
  take(message: Uint8Array, now: number): void {
    const { buffer, every, keeps } = this.#options;
    if (keeps || every === 0) this.#read(message, now);
    else if (this.#inbox.length < buffer) this.#inbox.push(message);
    else this.#dropped += 1;
  }

  /** A packet has arrived: there may now be a message for a reader that found none. */
  wake(now: number): void {
    const some = this.#options.keeps || this.#inbox.length > 0;
    if (some && this.#nextTime === Infinity)
      this.#nextTime = Math.max(now, this.#busyUntil);
  }

  /** Reads one message, if there is any. */
  read(end: End, now: number): void {
    this.#found = false;
    if (this.#options.keeps) end.tell({ type: 'read' }, now);
    else {
      const message = this.#inbox.shift();
      if (message) this.#read(message, now);
    }
    this.#nextTime = this.#found ? this.#busyUntil : Infinity;
  }

  #read(message: Uint8Array, now: number): void {
    this.#found = true;
    this.#busyUntil = now + this.#options.every;
    this.#options.onRead(message, now);
  }
}
