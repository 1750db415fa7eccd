/**
 * The sending half of one of the auction's TCP connections: collects outgoing messages, and gives
 * up on a peer that does not read.
 *
 *   say ──► parts ──(the turn is over, the journal is flushed)──► sendall ──► the system
 *           └───────────────── unsent: bounded ─────────────────┘
 */
import { Wait } from '../../../common/index.ts';
import type { ConnectionSocket } from '../../../tcp/index.ts';
import type { Outbox, Recipient } from './outbox.ts';

/** Bytes that may wait for one peer, on top of what the system's own buffers take. */
const MOST_UNSENT = 4 * 1024 * 1024;
/** With more than these, the peer has to read before its next request is answered. */
const ENOUGH_UNSENT = 64 * 1024;
/** Milliseconds for a peer that is sent away to read why. */
const LAST_WORDS = 500;

export class SendQueue implements Recipient {
  readonly connection: ConnectionSocket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  /** Whether its peer has neither a seat nor watches: it makes room when there are too many. */
  isStranger = true;
  #closedNow!: () => void;
  readonly #outbox: Outbox;
  #parts: Uint8Array[] = [];
  #unsent = 0;
  #over = false;
  /** Ends when whoever served the connection has stopped reading from it. */
  #unattended: Wait<void> | undefined;
  /** Ends when there is room for more answers. */
  #room: Wait<void> | undefined;

  constructor(connection: ConnectionSocket, outbox: Outbox) {
    this.connection = connection;
    this.#outbox = outbox;
    this.closed = new Promise((resolve) => {
      this.#closedNow = resolve;
    });
  }

  /** Nothing more is sent, and nothing more will be received. */
  get over(): boolean {
    return this.#over;
  }

  /**
   * Queues a message, which is sent once what has happened is safe. A peer that reads nothing is
   * dropped.
   */
  say(bytes: Uint8Array): void {
    if (this.#over) return;
    if (this.#unsent > MOST_UNSENT) {
      this.drop();
      return;
    }
    this.#parts.push(bytes);
    this.#unsent += bytes.length;
    this.#outbox.add(this);
  }

  /**
   * To be awaited before a request is answered: a thousand peers who ask and do not read must not
   * fill our memory with answers. One that has not read after `patience` milliseconds is dropped.
   * @returns undefined when there is room at once
   */
  room(patience: number): Promise<void> | undefined {
    if (this.#unsent <= ENOUGH_UNSENT || this.#over) return undefined;
    this.#room = new Wait<void>('room', { timeout: patience });
    return this.#room.promise.catch(() => this.drop());
  }

  /** Ends the connection at once, without last words. */
  drop(): void {
    this.#over = true;
    this.#parts = [];
    this.#hangUp();
  }

  /**
   * Closes the connection once all that was said has left. Whoever serves the connection calls
   * it at the end, even if it was called before.
   */
  closeAfterwards(): void {
    this.#unattended?.resolve();
    if (this.#over) return;
    this.#over = true;
    this.#outbox.add(this);
  }

  /**
   * Closes the connection now. What has left already may still arrive, but the wait for that is
   * short.
   */
  async close(): Promise<void> {
    this.#over = true;
    if (this.#unsent > 0) {
      await this.connection.shutdown({ timeout: LAST_WORDS }).catch(() => this.#hangUp());
    }
    await this.connection.close();
    this.#closedNow();
  }

  leave(): void {
    if (this.#parts.length > 0) this.#send();
    if (this.#over) void this.#sayGoodbye();
  }

  #send(): void {
    const [first, ...more] = this.#parts;
    const bytes = more.length === 0 ? first! : Buffer.concat(this.#parts);
    this.#parts = [];
    const { length } = bytes;
    // A connection that breaks is noticed by whoever reads from it.
    this.connection.sendall(bytes).then(
      () => this.#hasSent(length),
      () => this.#hasSent(length),
    );
  }

  #hasSent(length: number): void {
    this.#unsent -= length;
    if (this.#unsent <= ENOUGH_UNSENT) this.#room?.resolve();
  }

  #hangUp(): void {
    try {
      this.connection.reset();
    } catch {
      // It is closed already.
    }
    this.#room?.resolve();
    this.#closedNow();
  }

  /**
   * Ends our side, and reads for a moment what the peer still sends: closing with unread bytes
   * would reset the connection, and could destroy our last words.
   */
  async #sayGoodbye(): Promise<void> {
    try {
      await this.connection.shutdown({ timeout: LAST_WORDS });
    } catch {
      this.#hangUp(); // it does not read, or has gone
      return;
    }
    await this.#readOn().catch(() => {});
    await this.connection.close();
    this.#closedNow();
  }

  async #readOn(): Promise<void> {
    const end = performance.now() + LAST_WORDS;
    for (;;) {
      const timeout = Math.max(1, end - performance.now());
      let rest: Buffer;
      try {
        rest = await this.connection.recv(65_536, { timeout });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_RECV_BUSY') return;
        // Another call is still reading: wait until it has finished.
        this.#unattended = new Wait<void>('goodbye', { timeout });
        await this.#unattended.promise;
        continue;
      }
      if (rest.length === 0 || performance.now() >= end) return;
    }
  }
}
