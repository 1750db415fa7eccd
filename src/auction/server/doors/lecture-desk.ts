/**
 * What the doors for the lecture's protocol share, over TCP or ZeroMQ: who is there, and how
 * long a `wait ` is held back.
 *
 * The lecture's bidders repeat their `wait`ing questions without a pause. An answer that would
 * be `wait ` is held back until something happens that may change it, for a quarter of a second
 * at most: the bidder gets its answer as early as before, and asks four times a second instead
 * of ten thousand times. In a crowd, whose questions would still take all of the processor's
 * time, it is held back for longer.
 */
import { Wait } from '../../../common/index.ts';
import type { LectureAnswer, LectureProtocol } from '../lecture-protocol.ts';
import type { Table } from '../table.ts';
import type { SendQueue } from './send-queue.ts';
import type { Presence } from './presence.ts';

/** Milliseconds for which a `wait ` is held back, at least. */
const PATIENCE = 250;
/** The same for each of those who wait: several times what a question costs. */
const PATIENCE_EACH = 0.3;

export class LectureDesk {
  readonly #protocol: LectureProtocol;
  readonly #presence: Presence;
  /** What those wait for whose answers would be `wait `. */
  #change: Wait<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Questions that have been held back since the last time that all were answered. */
  #waiting = 0;
  /** How many those were before. */
  #crowd = 0;

  constructor(protocol: LectureProtocol, table: Table, presence: Presence) {
    this.#protocol = protocol;
    this.#presence = presence;
    // The answers that can end a wait: all have joined, or a result is there.
    table.watch(({ type }) => {
      if (type === 'started' || type === 'sold') this.#wake();
    });
  }

  /** The speaker of one connection. */
  welcome(queue: SendQueue): LectureSpeaker {
    return new LectureSpeaker(queue, this.#protocol, this.#presence, () =>
      this.#somethingHappens(),
    );
  }

  /** Everybody who waits at the same time shares one promise and one timer. */
  #somethingHappens(): Promise<void> {
    this.#waiting += 1;
    const patience = Math.max(PATIENCE, PATIENCE_EACH * this.#crowd);
    if (!this.#timer) this.#timer = setTimeout(this.#endPatience, patience);
    this.#change ??= new Wait('a change', {});
    return this.#change.promise;
  }

  #wake(): void {
    this.#change?.resolve();
    this.#change = undefined;
    this.#crowd = this.#waiting;
    this.#waiting = 0;
  }

  /** Not cleared by what happens: it would be set again in every round. It ends waits early. */
  readonly #endPatience = (): void => {
    this.#timer = undefined;
    this.#wake();
  };
}

/** One connection at the desk. */
export class LectureSpeaker {
  readonly #queue: SendQueue;
  readonly #protocol: LectureProtocol;
  readonly #presence: Presence;
  readonly #somethingHappens: () => Promise<void>;
  #name: string | undefined;

  constructor(
    queue: SendQueue,
    protocol: LectureProtocol,
    presence: Presence,
    somethingHappens: () => Promise<void>,
  ) {
    this.#queue = queue;
    this.#protocol = protocol;
    this.#presence = presence;
    this.#somethingHappens = somethingHappens;
  }

  /** Whether it has a seat. */
  get seated(): boolean {
    return this.#name !== undefined;
  }

  /** Resolves with undefined when the queue has ended meanwhile, and nobody waits for an answer. */
  answer(message: string): LectureAnswer | Promise<LectureAnswer | undefined> {
    const answer = this.#protocol.answer(message, this.#queue.connection);
    return answer.kind === 'wait' ? this.#later(message) : this.#noted(answer);
  }

  async #later(message: string): Promise<LectureAnswer | undefined> {
    await this.#somethingHappens();
    if (this.#queue.over) return undefined;
    return this.#noted(this.#protocol.answer(message, this.#queue.connection));
  }

  #noted(answer: LectureAnswer): LectureAnswer {
    if (this.#name === undefined && answer.kind !== 'farewell') {
      this.#name = this.#protocol.nameOf(this.#queue.connection);
      if (this.#name !== undefined) {
        this.#queue.isStranger = false;
        this.#presence.come(this.#name);
      }
    }
    return answer;
  }

  /** The connection has gone. */
  leave(): void {
    this.#protocol.leave(this.#queue.connection);
    if (this.#name !== undefined) this.#presence.leave(this.#name);
  }
}
