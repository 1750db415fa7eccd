/**
 * The framed door: our own protocol, a JSON message in each frame, over TCP.
 *
 * Bidders are told the news as it happens. Encoding it for each of thousands would cost more
 * than playing; so the news of one turn are encoded once, and the same bytes go to everybody.
 */
import { explain } from '../../common/index.ts';
import {
  decodeJson,
  encodeFrame,
  encodeJson,
  FrameDecoder,
} from '../../framing/index.ts';
import {
  type Answer,
  LONGEST_REQUEST,
  type News,
  type Note,
  parseRequest,
} from '../native-messages.ts';
import { type NativeProtocol, refuse, type Speaker } from '../native-protocol.ts';
import type { Line } from './line.ts';
import type { Outbox } from './outbox.ts';
import type { Presence } from './presence.ts';
import { READ_SIZE, type TcpDoor, TIME_TO_SPEAK } from './tcp-doors.ts';

export class FramedDoor implements TcpDoor {
  readonly #protocol: NativeProtocol;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #bidders = new Set<Line>();
  readonly #watchers = new Set<Line>();
  /** What has happened in this turn, for those who have been here since before it. */
  #news: Buffer[] = [];
  #newsAndNotes: Buffer[] = [];

  constructor(protocol: NativeProtocol, outbox: Outbox, presence: Presence) {
    this.#protocol = protocol;
    this.#outbox = outbox;
    this.#presence = presence;
    protocol.listen((told) => this.#note(told));
  }

  readonly opensWith = (first: number): boolean => first === 0;

  async serve(line: Line, first: Buffer): Promise<void> {
    const visitor = new Visitor(line);
    const decoder = new FrameDecoder({ maxFrameLength: LONGEST_REQUEST });
    try {
      let chunk = first;
      while (chunk.length > 0) {
        for (const frame of decoder.push(chunk)) {
          if (!this.#hear(frame, visitor)) return;
        }
        if (decoder.failure) throw decoder.failure;
        // Seated bidders may think as long as they like; half a message may not lie there.
        const here = this.#bidders.has(line) || this.#watchers.has(line);
        const timeout = here && decoder.buffered === 0 ? undefined : TIME_TO_SPEAK;
        chunk = await line.connection.recv(READ_SIZE, { timeout });
      }
    } catch (error) {
      line.say(frameOf(refuse(codeFor(error), explain(error))));
    } finally {
      this.#leave(visitor);
    }
  }

  /** Gives what has happened to everybody's line, in the order of its happening. */
  readonly publish = (): void => {
    const news = this.#news;
    const newsAndNotes = this.#newsAndNotes;
    if (newsAndNotes.length === 0) return;
    this.#news = [];
    this.#newsAndNotes = [];
    if (news.length > 0) {
      const bytes = Buffer.concat(news);
      for (const line of this.#bidders) line.say(bytes);
    }
    const bytes = Buffer.concat(newsAndNotes);
    for (const line of this.#watchers) line.say(bytes);
  };

  /** False when that was the last thing to be heard from this visitor. */
  #hear(frame: Buffer, visitor: Visitor): boolean {
    const { line } = visitor;
    const request = decodeJson(frame, parseRequest);
    // Whoever comes now has heard what has happened so far; the others have not yet.
    if (request.type === 'join' || request.type === 'watch') this.publish();
    const { seat } = visitor;
    const answer = this.#protocol.answer(request, visitor);
    line.say(frameOf(answer));
    switch (answer.type) {
      case 'welcome':
        if (seat !== answer.name) {
          if (seat !== undefined) this.#presence.leave(seat);
          this.#presence.come(answer.name);
        }
        if (request.type === 'join' && request.after !== undefined) {
          for (const news of this.#protocol.news.slice(request.after)) {
            line.say(frameOf(news));
          }
        }
        visitor.present = answer.name;
        this.#bidders.add(line);
        break;
      case 'watching':
        for (const news of this.#protocol.news) line.say(frameOf(news));
        this.#watchers.add(line);
        break;
      case 'refused':
        // Guessing a code or a token must cost a connection each time.
        if (answer.code === 'wrong-code' || answer.code === 'wrong-token') {
          return false;
        }
        break;
    }
    return true;
  }

  #note(told: News | Note): void {
    const isNews = 'seq' in told;
    if (!isNews && this.#watchers.size === 0) return;
    const bytes = frameOf(told);
    if (isNews) this.#news.push(bytes);
    this.#newsAndNotes.push(bytes);
    this.#outbox.schedule();
  }

  #leave(visitor: Visitor): void {
    this.#bidders.delete(visitor.line);
    this.#watchers.delete(visitor.line);
    this.#protocol.leave(visitor);
    if (visitor.present !== undefined) this.#presence.leave(visitor.present);
  }
}

class Visitor implements Speaker {
  seat: string | undefined;
  /** The name under which it counts as present. */
  present: string | undefined;
  readonly line: Line;

  constructor(line: Line) {
    this.line = line;
  }

  dismiss(refusal: Answer): void {
    this.line.say(frameOf(refusal));
    this.line.closeAfterwards();
  }
}

function frameOf(message: Answer | News | Note): Buffer {
  return encodeFrame(encodeJson(message));
}

function codeFor(error: unknown): 'too-long' | 'too-slow' | 'bad-message' {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_FRAME_TOO_LARGE') return 'too-long';
  return code === 'ERR_TIMED_OUT' ? 'too-slow' : 'bad-message';
}
