/**
 * `for await (const message of connection)`: what `receive()` gives, until the peer ends.
 *
 * An async generator says the same in four lines:
 *
 *     for (;;) {
 *       const message = await reader.receive(options);
 *       if (message === undefined) return;
 *       yield message;
 *     }
 *
 * It makes and settles three promises for each message, which takes three times as long as a single
 * one for a message that has already arrived; and most have, because one chunk of the stream brings
 * many. While it waits, it also takes a kilobyte for each connection. So this does by hand what a
 * generator does: calls are answered in their order, and after an end, a `return` or an error,
 * every answer is "done".
 *
 * Read next: text.ts.
 */
import { Wait, type WaitOptions } from '../common/index.ts';
import type { FrameReader } from './frame-reader.ts';
import { quiet } from './quiet.ts';

type Messages = AsyncGenerator<Buffer, void, undefined>;
type Result = IteratorResult<Buffer, void>;

const DONE: Result = { value: undefined, done: true };
const resultOf = (value: Buffer | undefined): Result =>
  value ? { value, done: false } : DONE;

export class MessageIterator implements Messages {
  readonly #reader: FrameReader;
  readonly #options: WaitOptions;
  #over = false;
  /** The last call of `next` that had to wait. */
  #wait: Wait<Result> | undefined;
  /** The last call that had to wait for another, while it is not answered. */
  #last: Promise<Result> | undefined;

  constructor(reader: FrameReader, options: WaitOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  next(): Promise<Result> {
    const before = this.#before();
    return before ? this.#behind(before, () => this.#next()) : this.#next();
  }

  return(): Promise<Result> {
    const before = this.#before();
    return before ? this.#behind(before, () => this.#end()) : this.#end();
  }

  async throw(error: unknown): Promise<Result> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** The call that is to be answered first. */
  #before(): Promise<Result> | undefined {
    if (this.#last) return this.#last;
    return this.#wait?.over === false ? this.#wait.promise : undefined;
  }

  /** When the call before has been answered, whatever with. */
  #behind(before: Promise<Result>, call: () => Promise<Result>): Promise<Result> {
    const answer = before.then(call, call);
    this.#last = answer;
    const answered = (): void => {
      if (this.#last === answer) this.#last = undefined;
    };
    answer.then(answered, answered);
    return answer;
  }

  #next(): Promise<Result> {
    if (this.#wait?.failed) this.#over = true;
    this.#wait = undefined;
    if (this.#over) return this.#end();
    try {
      const next = this.#reader.next(this.#options, resultOf);
      if (!(next instanceof Wait)) return Promise.resolve(next);
      this.#wait = next;
      return quiet(next.promise);
    } catch (error) {
      this.#over = true;
      return this.#reader.refuse(error, this.#options);
    }
  }

  #end(): Promise<Result> {
    this.#over = true;
    return Promise.resolve(DONE);
  }
}
