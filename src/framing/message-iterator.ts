/**
 * `for await (const message of connection)`: what `receive()` gives, until the peer ends.
 *
 * `everything` below is all that this file has to say, and would do by itself. But a generator
 * of JavaScript makes and settles three promises for each message, which takes three times as
 * long as a message that has already come: and most have, because one chunk of the stream
 * brings many. So those are handed out at once, and the generator waits for the others.
 *
 * Read next: text.ts.
 */
import type { WaitOptions } from '../common/index.ts';
import type { FrameReader } from './frame-reader.ts';

type Messages = AsyncGenerator<Buffer, void, undefined>;
type Result = Promise<IteratorResult<Buffer, void>>;

async function* everything(reader: FrameReader, options: WaitOptions): Messages {
  for (;;) {
    const message = await reader.receive(options);
    if (message === undefined) return;
    yield message;
  }
}

export class MessageIterator implements Messages {
  readonly #reader: FrameReader;
  readonly #signal: AbortSignal | undefined;
  readonly #generator: Messages;
  /** Calls that the generator has not answered. */
  #asked = 0;
  #over = false;

  constructor(reader: FrameReader, options: WaitOptions) {
    this.#reader = reader;
    this.#signal = options.signal;
    this.#generator = everything(reader, options);
  }

  next(): Result {
    if (this.#asked === 0 && !this.#over && !this.#signal?.aborted) {
      const value = this.#reader.takeUnread();
      if (value) return Promise.resolve({ value, done: false });
    }
    return this.#ask(() => this.#generator.next());
  }

  return(): Result {
    return this.#ask(() => this.#generator.return());
  }

  throw(error: unknown): Result {
    return this.#ask(() => this.#generator.throw(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #ask(call: () => Result): Result {
    this.#asked += 1;
    try {
      const result = await call();
      if (result.done) this.#over = true;
      return result;
    } catch (error) {
      this.#over = true;
      throw error;
    } finally {
      this.#asked -= 1;
    }
  }
}
