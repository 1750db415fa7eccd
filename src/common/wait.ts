/**
 * Waiting, with a way out.
 *
 * The lecture's calls block; ours return a promise. A blocked call can be interrupted by
 * Ctrl-C, a promise cannot, so every call that waits for a peer takes a time-out and a signal.
 * `Wait` is one such waiting caller; `Mailbox` is a queue with callers waiting at its end.
 */
import { misuse, TimedOutError } from './errors.ts';

export interface WaitOptions {
  /** Gives up when it aborts; the promise rejects with the signal's own reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, more than 0; then the promise rejects with ERR_TIMED_OUT. */
  timeout?: number | undefined;
}

/** The longest time a timer can wait: 2³¹ − 1 ms, about 25 days. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a time-out that no timer can have */
export function checkTimeout(timeout: number | undefined): void {
  if (timeout === undefined || (timeout > 0 && timeout <= LONGEST_TIMEOUT)) return;
  throw misuse(
    `a time-out is more than 0 and at most ${LONGEST_TIMEOUT} ms, not ${timeout}`,
  );
}

/** One caller that waits. Whoever settles it first wins; it leaves no timer or listener. */
export class Wait<T> {
  readonly promise: Promise<T>;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #lastLook: NodeJS.Immediate | undefined;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;
  readonly #onGiveUp: ((wait: Wait<T>) => void) | undefined;
  #over = false;
  #failed = false;

  /**
   * @param what what is waited for, for the message: `recv(1024)`
   * @param onGiveUp called when time or signal end the wait, before its caller wakes
   * @throws {MisuseError} ERR_BAD_ARGUMENT for a time-out that no timer can have
   */
  constructor(what: string, options: WaitOptions, onGiveUp?: (wait: Wait<T>) => void) {
    const { signal, timeout } = options;
    checkTimeout(timeout);
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#onGiveUp = onGiveUp;
    if (timeout !== undefined) {
      // Timers come before arrivals in Node's event loop. If the process was not running when its
      // time was up, whatever came in the meantime is still unread: look once more.
      this.#timer = setTimeout(() => {
        this.#lastLook = setImmediate(() =>
          this.#giveUp(new TimedOutError(what, timeout)),
        );
      }, timeout);
    }
    if (signal === undefined) return;
    if (signal.aborted) {
      this.#giveUp(signal.reason);
      return;
    }
    this.#signal = signal;
    this.#onAbort = () => this.#giveUp(signal.reason);
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Whether it was settled, or given up. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether its caller got an error. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Calls `start`, whose throw ends the wait, and waits. An ended wait starts nothing. */
  async begin(start: () => void): Promise<T> {
    try {
      if (!this.#over) start();
    } catch (error) {
      this.reject(error);
    }
    return this.promise;
  }

  resolve(value: T): void {
    this.#tidy();
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#failed = !this.#over;
    this.#tidy();
    this.#reject(reason);
  }

  #giveUp(reason: unknown): void {
    // First, so that whatever onGiveUp closes cannot replace this reason with its own.
    this.reject(reason);
    this.#onGiveUp?.(this);
  }

  #tidy(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

/**
 * First in, first out, between events that come when they like and callers that wait.
 * Bounded: `put` says no when `capacity` items lie unclaimed, and the owner decides what
 * that means (a datagram is dropped, a connection is reset).
 */
export class Mailbox<T> {
  readonly capacity: number;
  #items: T[] = [];
  #takers: Wait<T>[] = [];
  #closed: Error | undefined;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw misuse(`a queue holds a whole number of items, 1 or more, not ${capacity}`);
    }
    this.capacity = capacity;
  }

  /** How many items lie unclaimed. */
  get length(): number {
    return this.#items.length;
  }

  /** False when the item was not taken: the box is full, or closed. */
  put(item: T): boolean {
    if (this.#closed) return false;
    const taker = this.#takers.shift();
    if (taker) {
      taker.resolve(item);
      return true;
    }
    if (this.#items.length >= this.capacity) return false;
    this.#items.push(item);
    return true;
  }

  /** The next item; `what` names the call in error messages. */
  async take(what: string, options: WaitOptions = {}): Promise<T> {
    options.signal?.throwIfAborted();
    if (this.#items.length > 0) return this.#items.shift()!;
    if (this.#closed) throw this.#closed;
    const wait = new Wait<T>(what, options, this.#forget);
    this.#takers.push(wait);
    return await wait.promise;
  }

  readonly #forget = (gone: Wait<T>): void => {
    this.#takers = this.#takers.filter((taker) => taker !== gone);
  };

  /** Fails the caller that has waited longest. False when nobody waits. */
  fail(error: Error): boolean {
    const taker = this.#takers.shift();
    taker?.reject(error);
    return taker !== undefined;
  }

  /** Fails every waiting and every later caller, and hands back what nobody claimed. */
  close(error: Error): T[] {
    this.#closed ??= error;
    for (const taker of this.#takers.splice(0)) taker.reject(error);
    return this.#items.splice(0);
  }
}
