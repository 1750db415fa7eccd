/**
 * The page door: our own protocol, a JSON message in each HTTP request of the page for
 * phones. The board's server carries them (board/seat-requests.ts).
 *
 *   POST {"type":"bid","token":"…","round":3,"amount":12}  ──►
 *                          ◄──  {"type":"accepted","round":3,"amount":12}
 *
 * As by datagram, each request stands alone: the token says who asks, everything may be
 * repeated, and whoever has not been heard from for a while is away. The page hears what
 * happens from the board. Two messages are for pages only: `seat` asks for the bidder's account,
 * and `leave` says that the page is being closed. A bidder may have the page open twice. So a page
 * gives itself a name, `page`, in all that it sends, and its bidder is away when the last page has
 * left; a `leave` without that name is the bidder's own, for all pages.
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
import { Mistakes } from './mistakes.ts';
import { type Address, QUARTER } from './quarter-counter.ts';
import type { DoorTimes } from './times.ts';

const ownRequest = v.object({
  type: v.picklist(['seat', 'leave']),
  token: v.pipe(v.string(), v.maxLength(200)),
});

const namedPage = v.object({ page: v.pipe(v.string(), v.maxLength(64)) });

type OwnRequest = v.InferOutput<typeof ownRequest>;

interface SeatAnswer extends Standing {
  type: 'seat';
  phase: Phase;
  round: number;
  /** Whether its answer for the round is there. */
  answered: boolean;
}

export type PageAnswer = Answer | SeatAnswer;

/** Pages that one bidder may have open; the one that was silent for longest makes room. */
const MOST_PAGES = 8;

/** Mistakes which show that somebody is guessing. */
const GUESSES = new Set(['wrong-code', 'wrong-token', 'bad-message', 'too-long']);

export class PageDoor {
  readonly #protocol: NativeProtocol;
  readonly #table: Table;
  readonly #outbox: Outbox;
  readonly #presence: Presence;
  readonly #times: DoorTimes;
  readonly #mistakes = new Mistakes();
  /** When each page of a bidder who is present was last heard from, in ms; the last is last. */
  readonly #heard = new Map<string, Map<string, number>>();
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
   * @param from where the request comes from: each connection has a port of its own
   * @returns undefined when too many are waiting because of other people's mistakes
   */
  ask(payload: Uint8Array, from: Address): Promise<PageAnswer | undefined> {
    if (this.#closed) return new Promise(() => {});
    this.#timer ??= setInterval(() => this.#lookAround(performance.now()), QUARTER);
    const request = readAs(ownRequest, payload) ?? readRequest(payload);
    const token = 'token' in request ? request.token : undefined;
    const isKnown = token !== undefined && this.#protocol.nameOf(token) !== undefined;
    return new Promise((resolve) => {
      const say = (answer: PageAnswer | undefined): void =>
        this.#outbox.add({ leave: () => resolve(answer) });
      const act = (): void => say(this.#answer(request, payload, from));
      if (isKnown) act();
      else if (!this.#mistakes.admit(from, act)) say(undefined);
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  #answer(
    request: OwnRequest | Request | Refused,
    payload: Uint8Array,
    from: Address,
  ): PageAnswer {
    const page = readAs(namedPage, payload)?.page;
    const answer = this.#find(request, page, payload.length);
    if (answer.type === 'refused' && GUESSES.has(answer.code)) this.#mistakes.count(from);
    return answer;
  }

  #find(
    request: OwnRequest | Request | Refused,
    page: string | undefined,
    length: number,
  ): PageAnswer {
    if (length > LONGEST_REQUEST) {
      return refuse('too-long', `a request has at most ${LONGEST_REQUEST} bytes`);
    }
    switch (request.type) {
      case 'seat':
      case 'leave':
        return this.#answerOwn(request, page);
      case 'watch':
      case 'news':
        return refuse(
          'bad-message',
          'a page learns the news from the stream at /bid-events',
        );
      case 'refused':
        this.#protocol.refused(request);
        return request;
    }
    const answer = this.#protocol.answer(request, new Visitor());
    const token = answer.type === 'welcome' ? answer.token : request.token;
    const name = token === undefined ? undefined : this.#protocol.nameOf(token);
    if (name !== undefined) this.#hearFrom(name, page);
    return answer;
  }

  #answerOwn({ type, token }: OwnRequest, page: string | undefined): PageAnswer {
    const name = this.#protocol.nameOf(token);
    if (name === undefined) return refuse('wrong-token', 'no seat here has that token');
    if (type === 'leave') this.#leave(name, page);
    else this.#hearFrom(name, page);
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

  #hearFrom(name: string, page = ''): void {
    let pages = this.#heard.get(name);
    if (!pages) {
      pages = new Map();
      this.#heard.set(name, pages);
      this.#presence.come(name);
    }
    pages.delete(page);
    pages.set(page, performance.now());
    const [silent] = pages.keys();
    if (pages.size > MOST_PAGES) pages.delete(silent!);
  }

  /** @param page undefined for all */
  #leave(name: string, page: string | undefined): void {
    const pages = this.#heard.get(name);
    if (!pages) return;
    if (page !== undefined) pages.delete(page);
    if (page !== undefined && pages.size > 0) return;
    this.#heard.delete(name);
    this.#presence.leave(name);
  }

  #lookAround(now: number): void {
    this.#mistakes.nextQuarter();
    for (const [name, pages] of this.#heard) {
      for (const [page, heard] of pages) {
        if (now - heard >= this.#times.pageSilence) this.#leave(name, page);
      }
    }
  }
}

/** Undefined for what is not of this form. */
function readAs<Schema extends v.GenericSchema>(
  schema: Schema,
  payload: Uint8Array,
): v.InferOutput<Schema> | undefined {
  try {
    const { output, success } = decodeJson(payload, (value) =>
      v.safeParse(schema, value),
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
    // The other speaker's token can still be used for asking.
  }
}
