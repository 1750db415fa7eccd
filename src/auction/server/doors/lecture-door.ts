/**
 * The lecture's door: its own text protocol over a bare TCP connection.
 *
 * One `send` is one message, as in the lecture: whatever one read brings is taken as one
 * message, because nothing in the stream says otherwise.
 *
 * Read next: lecture-desk.ts; zeromq-door.ts, for the same words over ZeroMQ.
 */
import { explain } from '../../../common/index.ts';
import { decodeText } from '../../../framing/index.ts';
import type { LectureDesk } from './lecture-desk.ts';
import type { SendQueue } from './send-queue.ts';
import { READ_SIZE, type TcpDoor } from './tcp-doors.ts';
import type { DoorTimes } from './times.ts';

export class LectureDoor implements TcpDoor {
  readonly #desk: LectureDesk;
  readonly #times: DoorTimes;

  constructor(desk: LectureDesk, times: DoorTimes) {
    this.#desk = desk;
    this.#times = times;
  }

  readonly opensWith = opensWithText;

  async serve(queue: SendQueue, first: Buffer): Promise<void> {
    const { connection } = queue;
    const speaker = this.#desk.welcome(queue);
    try {
      let chunk = first;
      while (chunk.length > 0 && !queue.over) {
        // People who try it with netcat end their lines.
        const message = decodeText(chunk).replace(/\r?\n$/, '');
        const given = speaker.answer(message);
        // A bid is answered in the turn that brings it.
        const answer = given instanceof Promise ? await given : given;
        if (!answer) return;
        queue.say(Buffer.from(answer.text));
        if (answer.kind === 'farewell') return;
        const room = queue.room(this.#times.speak);
        if (room) await room;
        const timeout = speaker.seated ? undefined : this.#times.speak;
        if (queue.over) return;
        chunk = await connection.recv(READ_SIZE, { timeout });
      }
    } catch (error) {
      queue.say(Buffer.from(`refused: ${explain(error)}\n`));
    } finally {
      speaker.leave();
    }
  }
}

/** Replaces the lecture's door in a game that its bidders cannot play, and says why not. */
export class ClosedLectureDoor implements TcpDoor {
  readonly #why: string;

  constructor(why: string) {
    this.#why = why;
  }

  readonly opensWith = opensWithText;

  serve(queue: SendQueue): Promise<void> {
    queue.say(Buffer.from(`refused: ${this.#why}\n`));
    return Promise.resolve();
  }
}

/** Not a frame, and not ZMTP's greeting. */
function opensWithText(first: number): boolean {
  return first > 0 && first !== 0xff;
}
