/**
 * The page door: our own protocol, a JSON message in each HTTP request of the page for
 * telephones. The board's server carries them (board/seat-requests.ts).
 *
 *   POST {"type":"bid","token":"…","round":3,"amount":12}  ──►
 *                          ◄──  {"type":"accepted","round":3,"amount":12}
 *
 * As by datagram, each request stands alone: the token says who asks, everything may be
 * repeated, and whoever has not been heard from for a while is away. The page hears what
 * happens from the board. Two messages are for pages only: `seat` asks for one's own account,
 * and `leave` says that the page is being closed.
 */
import * as v from 'valibot';
import { decodeJson } from '../../../framing/index.ts';
import type { Phase, Standing } from '../../game/ledger.ts';
import {
  type Answer,
  LONGEST_REQUEST,
  readRequest,
  type Refused,
  type Request,
} from '../../messages/native-messages.ts';
import { type NativeProtocol, refuse, type Speaker } from '../native-protocol.ts';
import type { Table } from '../table.ts';
import type { Outbox } from './outbox.ts';
import type { Presence } from './presence.ts';
import { MISTAKES, QUARTER, QuarterCounter } from './quarter-counter.ts';
import type { DoorTimes } from './times.ts';

const ownRequest = v.object({
  type: v.picklist(['seat', 'leave']),
  token: v.pipe(v.string(), v.maxLength(200)),
});

type OwnRequest = v.InferOutput<typeof ownRequest>;

interface SeatAnswer extends Standing {
  type: 'seat';
  phase: Phase;
  round: number;
  /** Whether its answer for the round is there. */
  answered: boolean;
}

export type PageAnswer = Answer | SeatAnswer;

/** Mistakes that show that somebody guesses. */
const GUESSES = new Set(['wrong-code', 'wrong-token', 'bad-message', 'too-long']);

export class PageDoor {
  readonly #protocol: NativeProtocol;
  readonly #table: Table;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #times: DoorTimes;
  readonly #mistakes = new QuarterCounter({ ...MISTAKES, address: MISTAKES.host });
  /** When each bidder who is present was last heard from, in milliseconds. */
  readonly #heard = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    protocol: NativeProtocol,
    table: Table,
    outbox: Outbox,
    presence: Presence,
    times: DoorTimes,
  ) {
    this.#protocol = protocol;
    this.#table = table;
    this.#outbox = outbox;
    this.#presence = presence;
    this.#times = times;
  }

  /**
   * The answer, when all that it depends on is in the journal; never, if that cannot be written.
   * @param host where the request comes from
   * @returns undefined for a host that has made too many mistakes for now
   */
  ask(payload: Uint8Array, host: string): Promise<PageAnswer | undefined> {
    const answer = this.#answer(payload, { host, port: 0 });
    return new Promise((resolve) => {
      this.#outbox.add({ leave: () => resolve(answer) });
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  #answer(
    payload: Uint8Array,
    from: { host: string; port: number },
  ): PageAnswer | undefined {
    if (this.#closed) return undefined;
    this.#timer ??= setInterval(() => this.#lookAround(performance.now()), QUARTER);
    const request = readOwn(payload) ?? readRequest(payload);
    const token = 'token' in request ? request.token : undefined;
    const isKnown = token !== undefined && this.#protocol.nameOf(token) !== undefined;
    // Before anything is tried: a guess must not show that it was right.
    if (!isKnown && this.#mistakes.isFull(from)) return undefined;
    const answer = this.#find(request, payload.length);
    if (answer.type === 'refused' && GUESSES.has(answer.code)) this.#mistakes.count(from);
    return answer;
  }

  #find(request: OwnRequest | Request | Refused, length: number): PageAnswer {
    if (length > LONGEST_REQUEST) {
      return refuse('too-long', `a request has at most ${LONGEST_REQUEST} bytes`);
    }
    switch (request.type) {
      case 'seat':
      case 'leave':
        return this.#answerOwn(request);
      case 'watch':
      case 'news':
        return refuse('bad-message', 'what happens, the board tells');
      case 'refused':
        this.#protocol.refused(request);
        return request;
    }
    const answer = this.#protocol.answer(request, new Visitor());
    const token = answer.type === 'welcome' ? answer.token : request.token;
    const name = token === undefined ? undefined : this.#protocol.nameOf(token);
    if (name !== undefined) this.#hearFrom(name);
    return answer;
  }

  #answerOwn({ type, token }: OwnRequest): PageAnswer {
    const name = this.#protocol.nameOf(token);
    if (name === undefined) return refuse('wrong-token', 'no seat here has that token');
    if (type === 'leave') this.#leave(name);
    else this.#hearFrom(name);
    const { answers, bidders, phase, round } = this.#table.auction;
    const { money, owned } = bidders.get(name)!;
    return {
      type: 'seat',
      name,
      phase,
      round,
      answered: answers.has(name),
      money,
      owned: { ...owned },
    };
  }

  #hearFrom(name: string): void {
    if (!this.#heard.has(name)) this.#presence.come(name);
    this.#heard.set(name, performance.now());
  }

  #leave(name: string): void {
    if (this.#heard.delete(name)) this.#presence.leave(name);
  }

  #lookAround(now: number): void {
    this.#mistakes.nextQuarter();
    for (const [name, heard] of this.#heard) {
      if (now - heard >= this.#times.pageSilence) this.#leave(name);
    }
  }
}

function readOwn(payload: Uint8Array): OwnRequest | undefined {
  try {
    const { output, success } = decodeJson(payload, (value) =>
      v.safeParse(ownRequest, value),
    );
    return success ? output : undefined;
  } catch {
    return undefined;
  }
}

/** Whoever sends one request: the token says who it is, so no state is kept. */
class Visitor implements Speaker {
  seat: string | undefined;

  dismiss(): void {
    // The other's token is still good for asking.
  }
}
