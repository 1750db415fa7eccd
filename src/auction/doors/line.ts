/**
 * The sending half of one TCP connection of the auction's: collects what is to be said, and
 * gives up on a peer that does not listen.
 */
import type { ConnectionSocket } from '../../tcp/index.ts';
import type { Outbox, Outgoing } from './outbox.ts';

/** Bytes that may wait for one peer, on top of what the system's own buffers take. */
const MOST_UNREAD = 4 * 1024 * 1024;
/** Milliseconds for a peer that is sent away to read why. */
const LAST_WORDS = 500;

export class Line implements Outgoing {
  readonly connection: ConnectionSocket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  #closedNow!: () => void;
  readonly #outbox: Outbox;
  #parts: Uint8Array[] = [];
  #waiting = 0;
  #closing = false;

  constructor(connection: ConnectionSocket, outbox: Outbox) {
    this.connection = connection;
    this.#outbox = outbox;
    this.closed = new Promise((resolve) => {
      this.#closedNow = resolve;
    });
  }

  /** To be sent when what has happened is safe. */
  say(bytes: Uint8Array): void {
    if (this.#closing) return;
    this.#parts.push(bytes);
    this.#outbox.add(this);
  }

  /** Closes the connection once all that was said has left. */
  closeAfterwards(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#outbox.add(this);
  }

  leave(): void {
    if (this.#parts.length > 0) this.#send();
    if (this.#closing) void this.#close();
  }

  #send(): void {
    const [first, ...more] = this.#parts;
    const bytes = more.length === 0 ? first! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#waiting += bytes.length;
    if (this.#waiting > MOST_UNREAD) {
      this.#closing = true;
      this.#hangUp();
      return;
    }
    // A connection that breaks is noticed by whoever reads from it.
    this.connection.sendall(bytes).then(
      () => {
        this.#waiting -= bytes.length;
      },
      () => {},
    );
  }

  #hangUp(): void {
    try {
      this.connection.reset();
    } catch {
      // It is closed already.
    }
  }

  /**
   * Says that nothing more will come, and reads what the peer still sends, for a moment:
   * closing over unread bytes would reset the connection, and destroy our last words.
   */
  async #close(): Promise<void> {
    try {
      await this.connection.shutdown({ timeout: LAST_WORDS });
      const end = Date.now() + LAST_WORDS;
      for (;;) {
        const timeout = Math.max(1, end - Date.now());
        const rest = await this.connection.recv(65_536, { timeout });
        if (rest.length === 0 || Date.now() >= end) break;
      }
    } catch {
      // It has gone, says nothing, or somebody else is reading from it.
    }
    await this.connection.close();
    this.#closedNow();
  }
}
