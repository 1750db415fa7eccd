/**
 * Server-sent events: the same text for many readers, always the latest complete state.
 *
 *   HTTP/1.1 200 OK
 *   content-type: text/event-stream
 *
 *   data: {"version":1,…}                 the latest state, at once and after each change
 *
 *   event: beat                           from time to time; the data says in how many
 *   data: 5000                            milliseconds the next one is due
 *
 * Each message is the whole state, so a reader that misses some loses nothing: no numbers, no
 * `Last-Event-ID`, no history for those who come back, and no harm if they come back to
 * another server.
 *
 *  - Changes are gathered: a reader gets some ten messages a second and always the last one.
 *  - A reader that is slow skips states. While its buffer is not empty nothing is put into it,
 *    so no more than one state waits for anybody; a reader that has read nothing for three beats is
 *    disconnected.
 *  - The beat is an event and not the usual comment line, since scripts never see comments and
 *    the page wants to notice that nobody is there any more.
 *
 * Source: the HTML standard, §9.2 "Server-sent events".
 */
import type { ServerResponse } from 'node:http';

export interface EventStreamOptions {
  /** Between two beats, in milliseconds. */
  beat: number;
  /** Between two messages to the same reader, in milliseconds. */
  pause: number;
}

/** Beats that find a reader with unread data before it is sent away. */
const PATIENCE = 3;

interface Reader {
  readonly response: ServerResponse;
  /** The number of the state that it was sent. */
  sent: number;
  /** Whether it has yet to read what it was sent. */
  full: boolean;
  /** How many beats have found it so. */
  missed: number;
}

export class EventStream {
  readonly #latest: () => string;
  readonly #options: EventStreamOptions;
  readonly #readers = new Set<Reader>();
  readonly #beat: NodeJS.Timeout;
  readonly #beatMessage: string;
  /** The number of the latest state. */
  #state = 0;
  #timer: NodeJS.Timeout | undefined;
  #lastTold = -Infinity;

  /** @param latest gives the state as one line of text; asked only when somebody reads */
  constructor(latest: () => string, options: EventStreamOptions) {
    this.#latest = latest;
    this.#options = options;
    this.#beatMessage = `event: beat\ndata: ${options.beat}\n\n`;
    this.#beat = setInterval(() => this.#sendBeat(), options.beat);
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Takes over a response whose head has been written. */
  admit(response: ServerResponse): void {
    const reader: Reader = { response, sent: -1, full: false, missed: 0 };
    this.#readers.add(reader);
    response.on('close', () => this.#readers.delete(reader));
    response.on('error', () => this.#readers.delete(reader));
    response.on('drain', () => {
      reader.full = false;
      reader.missed = 0;
      // If a message is due soon, the new reader gets it together with the others, so that nobody
      // gets more messages.
      if (this.#timer === undefined) this.#feed([reader]);
    });
    write(reader, this.#beatMessage);
    this.#feed([reader]);
  }

  /**
   * The state has changed. Readers are told soon, with all changes until then.
   * @param least milliseconds to wait for more of them
   */
  changed(least = 0): void {
    this.#state += 1;
    if (this.#timer !== undefined || this.#readers.size === 0) return;
    // Never at once: what happens together (the last bid, the sale) is one change.
    const wait = this.#lastTold + this.#options.pause - performance.now();
    this.#timer = setTimeout(() => this.#tell(), Math.max(least, wait));
  }

  /** Ends every reader's stream. */
  close(): void {
    clearInterval(this.#beat);
    clearTimeout(this.#timer);
    for (const { response } of this.#readers) response.end();
    this.#readers.clear();
  }

  #tell(): void {
    this.#timer = undefined;
    this.#lastTold = performance.now();
    this.#feed(this.#readers);
  }

  /** Sends the latest state to readers that can take it and do not have it yet. */
  #feed(readers: Iterable<Reader>): void {
    let message: Buffer | undefined;
    for (const reader of readers) {
      if (reader.full || reader.sent === this.#state) continue;
      message ??= Buffer.from(`data: ${this.#latest()}\n\n`);
      reader.sent = this.#state;
      write(reader, message);
    }
  }

  #sendBeat(): void {
    for (const reader of this.#readers) {
      if (!reader.full) write(reader, this.#beatMessage);
      else if ((reader.missed += 1) >= PATIENCE) reader.response.destroy();
    }
  }
}

function write(reader: Reader, message: string | Buffer): void {
  reader.full = !reader.response.write(message);
}
