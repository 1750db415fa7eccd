/**
 * The framed door: our own protocol, a JSON message in each frame, over TCP.
 *
 * Bidders are told the news as it happens. Encoding it for each of thousands would cost more
 * than playing; so the news of one turn is encoded once, and the same bytes go to everybody.
 *
 * What one connection hears, in this order: the answers to what it asked; after a welcome, the
 * news that it asked for; then all newer news, each once.
 */
import { explain } from '../../../common/index.ts';
import { encodeFrame, FrameDecoder } from '../../../framing/index.ts';
import { encodeTold } from '../../messages/encode-told.ts';
import {
  type Answer,
  LONGEST_REQUEST,
  type News,
  type Note,
  readRequest,
  type Refused,
} from '../../messages/native-messages.ts';
import { type NativeProtocol, refuse, type Speaker } from '../native-protocol.ts';
import type { SendQueue } from './send-queue.ts';
import type { Outbox } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { TcpDoor } from './tcp-doors.ts';
import type { DoorTimes } from './times.ts';

/** How many frames that are not requests are answered: a programmer's mistakes, but not a flood. */
const MOST_NONSENSE = 20;

export class FramedDoor implements TcpDoor {
  readonly #protocol: NativeProtocol;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #times: DoorTimes;
  readonly #bidders = new Set<SendQueue>();
  readonly #watchers = new Set<SendQueue>();
  /** What has happened in this turn, for those who have been here since before it. */
  #told: (News | Note)[] = [];

  constructor(
    protocol: NativeProtocol,
    outbox: Outbox,
    presence: Presence,
    times: DoorTimes,
  ) {
    this.#protocol = protocol;
    this.#outbox = outbox;
    this.#presence = presence;
    this.#times = times;
    protocol.listen((told) => this.#note(told));
  }

  readonly opensWith = (first: number): boolean => first === 0;

  async serve(queue: SendQueue, first: Buffer): Promise<void> {
    const visitor = new Visitor(queue);
    const decoder = new FrameDecoder({ maxFrameLength: LONGEST_REQUEST });
    try {
      let chunk = first;
      const begun = performance.now();
      // When the last message was complete.
      let since = performance.now();
      while (chunk.length > 0) {
        const frames = decoder.push(chunk);
        for (const frame of frames) {
          const room = queue.room(this.#times.speak);
          if (room) await room;
          if (queue.over) return;
          this.#hear(frame, visitor);
        }
        if (queue.over) return;
        if (decoder.failure) throw decoder.failure;
        if (frames.length > 0 || decoder.buffered <= chunk.length)
          since = performance.now();
        chunk = await queue.connection.recv(LONGEST_REQUEST, {
          timeout: this.#patience(visitor, decoder.buffered > 0, since, begun),
        });
        if (queue.over) return;
      }
    } catch (error) {
      const refusal = this.#refusalFor(error, decoder.buffered > 0);
      this.#protocol.refused(refusal, visitor);
      queue.say(frameOf(refusal));
    } finally {
      this.#leave(visitor);
    }
  }

  /** Puts what has happened into everybody's queue, in the order in which it happened. */
  readonly publish = (): void => {
    const told = this.#told;
    this.#told = [];
    if (told.length === 0 || this.#bidders.size + this.#watchers.size === 0) return;
    const frames = told.map(frameOf);
    const all = Buffer.concat(frames);
    for (const queue of this.#watchers) queue.say(all);
    const news = frames.filter((_, at) => isNews(told[at]!));
    if (news.length === 0) return;
    const bytes = news.length === frames.length ? all : Buffer.concat(news);
    for (const queue of this.#bidders) {
      if (!this.#watchers.has(queue)) queue.say(bytes);
    }
  };

  #hear(frame: Buffer, visitor: Visitor): void {
    const { queue } = visitor;
    const request = readRequest(frame);
    if (request.type === 'refused') {
      this.#protocol.refused(request, visitor);
      queue.say(frameOf(request));
      visitor.nonsense += 1;
      if (visitor.nonsense === MOST_NONSENSE) queue.closeAfterwards();
      return;
    }
    // A newcomer is told here what has happened so far; the others have still to hear it.
    if (request.type === 'join' || request.type === 'watch') this.publish();
    const answer = this.#protocol.answer(request, visitor);
    queue.say(frameOf(answer));
    switch (answer.type) {
      case 'welcome':
        this.#come(visitor, answer.name);
        if (request.type === 'join' && request.after !== undefined) {
          this.#tellNews(request.after, answer.state.seq, queue);
        }
        this.#bidders.add(queue);
        queue.isStranger = false;
        break;
      case 'watching':
        this.#tellNews(0, this.#protocol.news.length, queue);
        this.#watchers.add(queue);
        queue.isStranger = false;
        break;
      case 'refused':
        // Guessing a code or a token must cost a connection each time.
        if (answer.code === 'wrong-code' || answer.code === 'wrong-token') {
          queue.closeAfterwards();
        }
        break;
    }
  }

  #tellNews(after: number, upTo: number, queue: SendQueue): void {
    const news = this.#protocol.news.slice(after, upTo);
    // As one piece: a queue is bounded, and the news of a long game is longer than that.
    if (news.length > 0) queue.say(Buffer.concat(news.map(frameOf)));
  }

  #note(told: News | Note): void {
    if (!isNews(told) && this.#watchers.size === 0) return;
    this.#told.push(told);
    this.#outbox.schedule();
  }

  #come(visitor: Visitor, name: string): void {
    const before = visitor.present;
    if (before === name) return;
    visitor.present = name;
    this.#presence.come(name);
    if (before !== undefined) this.#presence.leave(before);
  }

  #leave(visitor: Visitor): void {
    this.#bidders.delete(visitor.queue);
    this.#watchers.delete(visitor.queue);
    this.#protocol.leave(visitor);
    if (visitor.present !== undefined) this.#presence.leave(visitor.present);
  }

  /**
   * Seated bidders may think as long as they like; an incomplete message may not wait. A client
   * that has not joined has a single deadline: messages that are refused do not put it off.
   */
  #patience(
    { queue }: Visitor,
    isHalfHeard: boolean,
    since: number,
    begun: number,
  ): number | undefined {
    const isKnown = this.#bidders.has(queue) || this.#watchers.has(queue);
    if (isKnown && !isHalfHeard) return undefined;
    const start = isKnown ? since : begun;
    return Math.max(1, start + this.#times.speak - performance.now());
  }

  #refusalFor(error: unknown, isHalfHeard: boolean): Refused {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_FRAME_TOO_LARGE') return refuse('too-long', explain(error));
    if (code !== 'ERR_TIMED_OUT') return refuse('bad-message', explain(error));
    const seconds = `${this.#times.speak / 1000} seconds`;
    return refuse(
      'too-slow',
      isHalfHeard
        ? `the rest of a message has not arrived for ${seconds}`
        : `you have neither joined nor watched for ${seconds}`,
    );
  }
}

class Visitor implements Speaker {
  seat: string | undefined;
  /** The name under which it counts as present. */
  present: string | undefined;
  nonsense = 0;
  readonly queue: SendQueue;

  constructor(queue: SendQueue) {
    this.queue = queue;
  }

  dismiss(refusal: Answer): void {
    this.queue.say(frameOf(refusal));
    this.queue.closeAfterwards();
  }
}

function frameOf(message: Answer | News | Note): Buffer {
  return encodeFrame(encodeTold(message));
}

function isNews(told: News | Note): told is News {
  return 'seq' in told;
}
