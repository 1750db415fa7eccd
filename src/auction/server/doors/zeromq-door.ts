/**
 * The ZeroMQ door: the lecture's words, each a message between a REQ socket and this REP.
 *
 *   bytes ──► Session (zeromq) ──► [envelope] [] [NAME AMOUNT] ──► LectureDesk
 *   bytes ◄───────────────────────── [envelope] [] [bid received] ◄──────┘
 *
 * It is a session of ZMTP and not a Reply socket, because an answer may leave only when the
 * event behind it is in the journal: through the send queue, as at every door. Each message is
 * answered before the next is read, so a peer that sends without waiting fills its own
 * connection and not our memory.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP), request–reply (RFC 28/REQREP).
 */
import { explain } from '../../../common/index.ts';
import { decodeText } from '../../../framing/index.ts';
import { encodeFrame, NullMechanism, Session } from '../../../zeromq/zmtp/index.ts';
import { farewell, type LectureAnswer, LONGEST_MESSAGE } from '../lecture-protocol.ts';
import type { LectureDesk, LectureSpeaker } from './lecture-desk.ts';
import type { SendQueue } from './send-queue.ts';
import { READ_SIZE, type TcpDoor } from './tcp-doors.ts';
import type { DoorTimes } from './times.ts';

/** For all parts of a message together, complete or not: four bytes a character. */
const MOST_BYTES = 4 * LONGEST_MESSAGE;
/** A path through devices has this many names at most. */
const LONGEST_ENVELOPE = 16;

export class ZeromqDoor implements TcpDoor {
  readonly #desk: LectureDesk | undefined;
  readonly #closed: string | undefined;
  readonly #times: DoorTimes;

  /** @param desk or why the lecture's bidders cannot play, which they are told when they ask */
  constructor(desk: LectureDesk | string, times: DoorTimes) {
    if (typeof desk === 'string') this.#closed = desk;
    else this.#desk = desk;
    this.#times = times;
  }

  opensWith(this: void, first: number): boolean {
    return first === 0xff;
  }

  async serve(queue: SendQueue, first: Buffer): Promise<void> {
    const speaker = this.#desk?.welcome(queue);
    const peer = new Peer(queue);
    const deadline = performance.now() + this.#times.speak;
    try {
      let chunk = first;
      while (chunk.length > 0 && !queue.over) {
        peer.push(chunk);
        for (let message; (message = peer.next());) {
          if (!(await this.#answer(message, peer, speaker))) return;
          const room = queue.room(this.#times.speak);
          if (room) await room;
        }
        // Signs of life are answered, too.
        const room = queue.room(this.#times.speak);
        if (room) await room;
        if (peer.isOver || queue.over) return;
        // A connection without a seat has little time to take one.
        const left = Math.max(1, deadline - performance.now());
        const timeout = speaker?.seated === true ? peer.silence : left;
        chunk = await queue.connection.recv(READ_SIZE, { timeout });
      }
    } catch {
      // Too slow, gone, or not speaking ZMTP: nobody could read why.
    } finally {
      speaker?.leave();
    }
  }

  /** @returns whether the conversation goes on */
  async #answer(
    parts: readonly Buffer[],
    peer: Peer,
    speaker: LectureSpeaker | undefined,
  ): Promise<boolean> {
    const end = parts.findIndex((part) => part.length === 0);
    // A REP drops what has no envelope, or is not a question (RFC 28).
    if (end === -1 || end > LONGEST_ENVELOPE || parts.length !== end + 2) return true;
    const envelope = parts.slice(0, end + 1);
    if (speaker === undefined) {
      peer.say([...envelope, Buffer.from(`refused: ${this.#closed}\n`)]);
      return false;
    }
    const answer = await this.#ask(parts[end + 1]!, speaker);
    if (!answer) return false;
    peer.say([...envelope, Buffer.from(answer.text)]);
    return answer.kind !== 'farewell';
  }

  async #ask(
    message: Buffer,
    speaker: LectureSpeaker,
  ): Promise<LectureAnswer | undefined> {
    let text: string;
    try {
      text = decodeText(message);
    } catch (error) {
      return farewell('bad-message', explain(error));
    }
    return speaker.answer(text);
  }
}

/** ZMTP on one connection: bytes in, messages out, one at a time. */
class Peer {
  /** How long it may be silent, in ms, if it has said so with a PING. */
  silence: number | undefined;
  isOver = false;
  readonly #queue: SendQueue;
  readonly #session: Session;
  #message: Buffer[] | undefined;

  constructor(queue: SendQueue) {
    this.#queue = queue;
    const metadata = new Map([['Socket-Type', Buffer.from('REP')]]);
    const options = {
      type: 'REP',
      mechanism: new NullMechanism(metadata, false),
      maxMessageSize: MOST_BYTES,
    } as const;
    this.#session = new Session(options, {
      send: (bytes) => queue.say(bytes),
      message: (parts) => {
        this.#message = parts;
        return false; // no more until this one is answered
      },
      failed: () => {
        this.isOver = true;
      },
      timeToLive: (milliseconds) => {
        this.silence = milliseconds === 0 ? undefined : milliseconds;
      },
      // A REQ or a DEALER has nothing to subscribe to, and nobody here asks who it is.
      subscription: () => true,
      ask: () => {},
      ready: () => {},
    });
    this.#session.start();
  }

  push(chunk: Buffer): void {
    this.#session.push(chunk);
  }

  /** The next message, when the one before has been answered. */
  next(): Buffer[] | undefined {
    if (this.#message === undefined) this.#session.resume();
    const message = this.#message;
    this.#message = undefined;
    return message;
  }

  say(parts: readonly Buffer[]): void {
    const last = parts.length - 1;
    const frames = parts.map((body, index) =>
      encodeFrame({ body, command: false, more: index < last }),
    );
    this.#queue.say(Buffer.concat(frames));
  }
}
