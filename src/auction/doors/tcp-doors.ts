/**
 * One listening socket, several protocols: the first byte of a connection tells which.
 *
 *   00   a frame's length: nobody's first request is 16 MiB long        framed-door.ts
 *   ff   ZMTP's greeting                                                (no door yet)
 *   …    the first letter of a name                                     lecture-door.ts
 *
 * A connection that says nothing is let go after a while, so that thousands of them keep
 * nobody out.
 */
import { explain } from '../../common/index.ts';
import type { ConnectionSocket, WelcomingSocket } from '../../tcp/index.ts';
import { encodeText } from '../../framing/index.ts';
import { Line } from './line.ts';
import type { Outbox } from './outbox.ts';

export interface TcpDoor {
  /** Whether a connection that begins with this byte wants this door. */
  opensWith(this: void, first: number): boolean;
  /** Serves a connection whose first bytes are `first` until it ends. Never rejects. */
  serve(line: Line, first: Buffer): Promise<void>;
}

/** Milliseconds for the first bytes, and for the rest of whatever was begun. */
export const TIME_TO_SPEAK = 10_000;
/** Bytes that are asked of a connection at once. */
export const READ_SIZE = 65_536;
/** Connections at the same time. Each may be a bidder, a watcher, or nobody yet. */
const MOST_CONNECTIONS = 12_000;

export class TcpDoors {
  readonly #doors: readonly TcpDoor[];
  readonly #outbox: Outbox;
  readonly #open = new Set<ConnectionSocket>();

  /** @param doors in the order in which they are asked */
  constructor(doors: readonly TcpDoor[], outbox: Outbox) {
    this.#doors = doors;
    this.#outbox = outbox;
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#open.size;
  }

  /** Accepts until `welcoming` is closed. Never rejects. */
  async welcome(welcoming: WelcomingSocket): Promise<void> {
    try {
      for (;;) {
        const { connectionSocket } = await welcoming.accept();
        void this.#serve(connectionSocket);
      }
    } catch {
      // Closed: nobody else comes in.
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }

  async #serve(connection: ConnectionSocket): Promise<void> {
    const line = new Line(connection, this.#outbox);
    this.#open.add(connection);
    try {
      if (this.#open.size > MOST_CONNECTIONS) {
        line.say(encodeText('refused: too many connections; come back later\n'));
        return;
      }
      const first = await connection.recv(READ_SIZE, { timeout: TIME_TO_SPEAK });
      const door = this.#doors.find(({ opensWith }) => opensWith(first[0] ?? NOTHING));
      await door?.serve(line, first);
    } catch (error) {
      line.say(encodeText(`refused: ${explain(error)}\n`));
    } finally {
      line.closeAfterwards();
      await line.closed;
      this.#open.delete(connection);
    }
  }
}

/** No byte: the connection ended before it said anything. */
const NOTHING = -1;
