/**
 * Lines from a keyboard or a pipe, one at a time, and asked for: what is typed before it is
 * asked for waits; the end of the input is told once.
 */
import { createInterface, type Interface } from 'node:readline';

export class Keyboard {
  readonly #reader: Interface;
  #lines: string[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(input: NodeJS.ReadableStream) {
    // Not `terminal`: the terminal edits the line, and Ctrl-C stays a signal.
    this.#reader = createInterface({ input, terminal: false });
    this.#reader.on('line', (line) => {
      this.#lines.push(line);
      this.#reader.pause();
      this.#wake?.();
    });
    this.#reader.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
    // Nobody reads on, or an open keyboard would keep the program alive.
    this.#reader.pause();
  }

  /** The next line; undefined at the end of the input, or when the signal aborts. */
  async line(signal: AbortSignal): Promise<string | undefined> {
    while (this.#lines.length === 0 && !this.#ended && !signal.aborted) {
      this.#reader.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    if (!this.#ended) this.#reader.pause();
    return signal.aborted ? undefined : this.#lines.shift();
  }

  get ended(): boolean {
    return this.#ended && this.#lines.length === 0;
  }

  close(): void {
    this.#reader.close();
  }
}
