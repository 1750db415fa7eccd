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
 * It makes and settles three promises for each message, which takes three times as long as one
 * for a message that has already come: and most have, because one chunk of the stream brings
 * many. It also takes half a kilobyte while it waits. So this does by hand what a generator
 * does: calls are answered in their order, and after an end, a `return` or an error, every
 * answer is "done".
 *
 * Read next: text.ts.
 */
import type { WaitOptions } from '../common/index.ts';
import type { FrameReader } from './frame-reader.ts';

type Messages = AsyncGenerator<Buffer, void, undefined>;
type Result = IteratorResult<Buffer, void>;

const DONE: Result = { value: undefined, done: true };

export class MessageIterator implements Messages {
  readonly #reader: FrameReader;
  readonly #options: WaitOptions;
  #over = false;
  /** The last call, while it is not answered. */
  #last: Promise<Result> | undefined;

  constructor(reader: FrameReader, options: WaitOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  next(): Promise<Result> {
    if (!this.#last && !this.#over && !this.#options.signal?.aborted) {
      const value = this.#reader.takeUnread();
      if (value) return Promise.resolve({ value, done: false });
    }
    return this.#inTurn(() => this.#receive());
  }

  return(): Promise<Result> {
    return this.#inTurn(() => this.#end());
  }

  throw(error: unknown): Promise<Result> {
    return this.#inTurn(async () => {
      await this.#end();
      throw error;
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** When the call before has been answered, whatever with. */
  #inTurn(call: () => Promise<Result>): Promise<Result> {
    const answer = this.#last ? this.#last.then(call, call) : call();
    this.#last = answer;
    const answered = (): void => {
      if (this.#last === answer) this.#last = undefined;
    };
    answer.then(answered, answered);
    return answer;
  }

  #receive(): Promise<Result> {
    if (this.#over) return this.#end();
    return this.#reader.receive(this.#options).then(
      (value) => (value ? { value, done: false } : this.#end()),
      (error: unknown) => {
        this.#over = true;
        throw error;
      },
    );
  }

  #end(): Promise<Result> {
    this.#over = true;
    return Promise.resolve(DONE);
  }
}
