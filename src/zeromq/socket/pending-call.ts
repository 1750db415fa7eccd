/** A call that waits: one of a kind at a time, with a time-out, keeping the process alive. */
import { ZmqError } from '../base/errors.ts';
import { Patience } from '../base/patience.ts';
import { hold, refused, release } from '../base/turn.ts';
import type { Outgoing } from '../zmtp/index.ts';

export class PendingCall<T> {
  /** Whether somebody waits. */
  waits = false;
  /** The message of a call that sends. */
  message: Outgoing | undefined;
  #resolve: ((value: T) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #patience: Patience | undefined;

  /**
   * @param timeout in milliseconds; 0: not at all, below: for ever
   * @param late the error with which it rejects when time is up
   */
  start(timeout: number, message?: Outgoing, late: () => unknown = timedOut): Promise<T> {
    if (timeout === 0) return refused(late());
    return new Promise((resolve, reject) => {
      hold();
      this.waits = true;
      this.message = message;
      this.#resolve = resolve;
      this.#reject = reject;
      if (timeout > 0) {
        this.#patience = new Patience(timeout, () => this.reject(late()));
      }
    });
  }

  /** Nothing happens when nobody waits. */
  resolve(value: T): void {
    const resolve = this.#resolve;
    this.#end();
    resolve?.(value);
  }

  reject(error: unknown): void {
    const reject = this.#reject;
    this.#end();
    reject?.(error);
  }

  #end(): void {
    if (!this.waits) return;
    this.waits = false;
    this.message = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#patience?.end();
    this.#patience = undefined;
    release();
  }
}

function timedOut(): ZmqError {
  return new ZmqError('EAGAIN');
}
