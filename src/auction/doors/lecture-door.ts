/**
 * The lecture's door: its own text protocol over a bare TCP connection.
 *
 * One `send` is one message, as the lecture has it: whatever one read brings is taken for
 * one message, because nothing in the stream says otherwise.
 *
 * The lecture's bidders ask `wait`ing questions again without a pause. An answer that would
 * be `wait ` is kept back until something happens that may change it, or for a quarter of a
 * second: the bidder gets its answer as early as before, and asks four times a second where
 * it would ask ten thousand times.
 */
import { explain } from '../../common/index.ts';
import { decodeText } from '../../framing/index.ts';
import type { LectureProtocol } from '../lecture-protocol.ts';
import type { Table } from '../table.ts';
import type { Line } from './line.ts';
import type { Presence } from './presence.ts';
import { READ_SIZE, type TcpDoor } from './tcp-doors.ts';
import type { DoorTimes } from './times.ts';

/** Milliseconds for which a `wait ` is kept back. */
const PATIENCE = 250;

export class LectureDoor implements TcpDoor {
  readonly #protocol: LectureProtocol;
  readonly #presence: Presence;
  readonly #times: DoorTimes;
  #change: Change | undefined;

  constructor(
    protocol: LectureProtocol,
    table: Table,
    presence: Presence,
    times: DoorTimes,
  ) {
    this.#protocol = protocol;
    this.#presence = presence;
    this.#times = times;
    // The answers that can end a wait: all have joined, or a result is there.
    table.watch(({ type }) => {
      if (type === 'started' || type === 'sold') this.#change?.happened();
    });
  }

  readonly opensWith = opensWithText;

  async serve(line: Line, first: Buffer): Promise<void> {
    const { connection } = line;
    let present: string | undefined;
    try {
      let chunk = first;
      while (chunk.length > 0 && !line.over) {
        // People who try it with netcat end their lines.
        const message = decodeText(chunk).replace(/\r?\n$/, '');
        let answer = this.#protocol.answer(message, connection);
        if (answer.kind === 'wait') {
          await this.#somethingHappens();
          if (line.over) return;
          answer = this.#protocol.answer(message, connection);
        }
        line.say(Buffer.from(answer.text));
        if (answer.kind === 'farewell') return;
        if (present === undefined) {
          present = this.#protocol.nameOf(connection);
          if (present !== undefined) this.#presence.come(present);
        }
        const timeout = present === undefined ? this.#times.speak : undefined;
        chunk = await connection.recv(READ_SIZE, { timeout });
      }
    } catch (error) {
      line.say(Buffer.from(`refused: ${explain(error)}\n`));
    } finally {
      this.#protocol.leave(connection);
      if (present !== undefined) this.#presence.leave(present);
    }
  }

  #somethingHappens(): Promise<void> {
    if (this.#change === undefined) {
      const change = new Change();
      this.#change = change;
      void change.promise.then(() => {
        this.#change = undefined;
      });
    }
    return this.#change.promise;
  }
}

/** In the place of the lecture's door where its bidders cannot play: says why not. */
export class ClosedLectureDoor implements TcpDoor {
  readonly #why: string;

  constructor(why: string) {
    this.#why = why;
  }

  readonly opensWith = opensWithText;

  serve(line: Line): Promise<void> {
    line.say(Buffer.from(`refused: ${this.#why}\n`));
    return Promise.resolve();
  }
}

/** Not a frame, and not ZMTP's greeting. */
function opensWithText(first: number): boolean {
  return first > 0 && first !== 0xff;
}

/** What all who wait at one time wait for: one promise, one timer. */
class Change {
  readonly promise: Promise<void>;
  happened!: () => void;

  constructor() {
    this.promise = new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.happened = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
