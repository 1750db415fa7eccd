/**
 * One listening socket, several protocols: the first byte of a connection tells which.
 *
 *   00   a frame's length: nobody's first request is 16 MiB long        framed-door.ts
 *   ff   ZMTP's greeting                                                zeromq-door.ts
 *   …    the first letter of a name                                     lecture-door.ts
 *
 * A silent connection is closed after a while. When there are as many connections as there may be,
 * a new one takes the place of the one that has been here longest without a seat. So thousands of
 * silent connections cannot keep anybody out.
 */
import { explain } from '../../../common/index.ts';
import type { ConnectionSocket, WelcomingSocket } from '../../../tcp/index.ts';
import { SendQueue } from './send-queue.ts';
import type { Outbox } from './outbox.ts';
import type { DoorTimes } from './times.ts';

export interface TcpDoor {
  /** Whether a connection that begins with this byte wants this door. */
  opensWith(this: void, first: number): boolean;
  /** Serves a connection whose first bytes are `first` until it ends. Never rejects. */
  serve(queue: SendQueue, first: Buffer): Promise<void>;
}

/** Bytes to read from a connection at once: more than the longest message of any door. */
export const READ_SIZE = 24 * 1024;
/** Connections at the same time. Each may be a bidder, a watcher, or nobody yet. */
const MOST_CONNECTIONS = 12_000;
/** Of the files that the system allows this process, the share for connections. */
const SHARE_OF_FILES = 0.75;

export class TcpDoors {
  readonly #doors: readonly TcpDoor[];
  readonly #outbox: Outbox;
  readonly #times: DoorTimes;
  /** Those who came first are first. */
  readonly #queues = new Set<SendQueue>();
  #closed = false;
  /** How many there may be. */
  readonly most: number;

  /**
   * @param doors in the order in which they are asked
   * @param files how many this process may have open
   */
  constructor(
    doors: readonly TcpDoor[],
    outbox: Outbox,
    times: DoorTimes,
    files: number,
  ) {
    this.#doors = doors;
    this.#outbox = outbox;
    this.#times = times;
    this.most = Math.min(MOST_CONNECTIONS, Math.floor(files * SHARE_OF_FILES));
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#queues.size;
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
    this.#closed = true;
    await Promise.all([...this.#queues].map((queue) => queue.close()));
  }

  async #serve(connection: ConnectionSocket): Promise<void> {
    if (this.#closed) {
      connection.reset();
      return;
    }
    if (this.#queues.size >= this.most) this.#makeRoom();
    const queue = new SendQueue(connection, this.#outbox);
    this.#queues.add(queue);
    try {
      await this.#findDoor(queue);
    } catch (error) {
      queue.say(refusal(explain(error)));
    } finally {
      queue.closeAfterwards();
      await queue.closed;
      this.#queues.delete(queue);
    }
  }

  #makeRoom(): void {
    for (const queue of this.#queues) {
      if (!queue.isStranger) continue;
      this.#queues.delete(queue);
      queue.drop();
      return;
    }
  }

  async #findDoor(queue: SendQueue): Promise<void> {
    if (this.#queues.size > this.most) {
      queue.say(refusal('too many connections; come back later'));
      return;
    }
    const { speak } = this.#times;
    let bytes: Buffer;
    try {
      bytes = await queue.connection.recv(READ_SIZE, { timeout: speak });
    } catch (error) {
      const isSilent = (error as NodeJS.ErrnoException).code === 'ERR_TIMED_OUT';
      if (isSilent)
        queue.say(refusal(`you have said nothing for ${speak / 1000} seconds`));
      return;
    }
    const [first] = bytes;
    if (first === undefined) return; // it has gone without a word
    const door = this.#doors.find(({ opensWith }) => opensWith(first));
    await door?.serve(queue, bytes);
  }
}

/** Plain text: it is not known here which protocol a peer speaks. */
function refusal(why: string): Buffer {
  return Buffer.from(`refused: ${why}\n`);
}
