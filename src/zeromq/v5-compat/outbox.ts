/**
 * What a socket of version 5 still has to send. A message that finds room is sent at once; while
 * one waits for room, or for its turn, the next ones wait here.
 */
import { Queue } from '../pipes/queue.ts';
import type { Core } from '../socket/core.ts';
import type { MessageLike } from '../index.ts';

export type Callback = (error?: Error) => void;
/** What to do about an error: without a callback it concerns the whole socket. */
export type Fail = (error: unknown, callback?: Callback) => void;

interface Letter {
  parts: MessageLike[];
  callback: Callback | undefined;
}

export class Outbox {
  paused = false;
  readonly #core: Core;
  readonly #fail: Fail;
  readonly #letters = new Queue<Letter>();
  /** The socket has a message that waits, and takes one at a time. */
  #waiting = false;
  /** Callbacks are called in the order of their messages. */
  #answered: Promise<unknown> = Promise.resolve();

  constructor(core: Core, fail: Fail) {
    this.#core = core;
    this.#fail = fail;
  }

  push(parts: MessageLike[], callback?: Callback): void {
    this.#letters.push({ parts, callback });
    this.flush();
  }

  /** Sends what can be sent. Once the socket is closed, all callbacks are told. */
  flush(): void {
    while (!this.#waiting && (!this.paused || this.#core.closed)) {
      const letter = this.#letters.shift();
      if (letter === undefined) return;
      const sent = this.#send(letter.parts);
      this.#waiting = this.#core.sending;
      const done = this.#answer(sent, letter.callback);
      if (!this.#waiting) continue;
      void done.then(() => {
        this.#waiting = false;
        this.flush();
      });
    }
  }

  /** Rejects where the core throws. */
  async #send(parts: MessageLike[]): Promise<void> {
    await this.#core.send(parts);
  }

  #answer(sent: Promise<void>, callback: Callback | undefined): Promise<void> {
    const done = Promise.allSettled([sent, this.#answered]).then(([outcome]) => {
      if (outcome.status === 'rejected') this.#fail(outcome.reason, callback);
      else if (callback) queueMicrotask(callback);
    });
    this.#answered = done;
    return done;
  }
}
