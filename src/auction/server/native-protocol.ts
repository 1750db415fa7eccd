/**
 * The auctioneer's side of our own protocol: requests in, answers out, and news for all.
 * Pure: messages are objects; the doors turn them into bytes.
 *
 *   request + speaker ──answer──► answer for this speaker
 *                        │
 *                        └─► table ──events──► news (numbered, for all who sit or watch)
 *                                              notes (for watchers)
 *
 * A seat belongs to whoever has its token. One speaker has it at a time: whoever joins with
 * the token of a seat takes it over, and the previous speaker is dismissed.
 *
 * Read next: ../messages/native-messages.ts for the messages, lecture-protocol.ts for the
 * other protocol.
 */
import type { AuctionEvent, Refusal } from '../game/events.ts';
import type { SeatKey } from '../game/journal-format.ts';
import type { Phase } from '../game/ledger.ts';
import {
  type Answer,
  type News,
  type Note,
  PROTOCOL_VERSION,
  type Refused,
  type Request,
  type Welcome,
  type WireRefusalCode,
} from '../messages/native-messages.ts';
import { toldOf } from '../messages/news.ts';
import type { Table } from './table.ts';

/** A speaker of the protocol: a connection, or all the datagrams of one seat. */
export interface Speaker {
  /** The name of the seat that it has, set by the protocol. */
  seat?: string | undefined;
  /** Somebody else has come with the token of this speaker's seat. */
  dismiss(refusal: Answer): void;
}

interface Seat extends SeatKey {
  name: string;
  speaker: Speaker | undefined;
}

export interface NativeProtocolOptions {
  /** A fresh secret at each call. */
  newToken(this: void): string;
  /** The join code, which everybody who wants to join or watch must give. */
  code?: string | undefined;
  /** Called for every refusal, with the name if it is known. */
  onRefused?: ((name: string | undefined, refusal: Refused) => void) | undefined;
}

export class NativeProtocol {
  /** All news so far: `news[i].seq` is `i + 1`. */
  readonly news: News[] = [];
  readonly #table: Table;
  readonly #options: NativeProtocolOptions;
  /** All of them: one list for thousands of welcomes. */
  readonly #items: string[];
  /** The same, until a bidder's standing changes. */
  #standings: Welcome['state']['bidders'] | undefined;
  readonly #seats = new Map<string, Seat>();
  readonly #byToken = new Map<string, Seat>();
  /** Each bidder's last answer, by which a repeated one is recognized, even a round later. */
  readonly #given = new Map<string, { round: number; amount: number | undefined }>();
  readonly #listeners = new Set<(told: News | Note) => void>();

  constructor(table: Table, options: NativeProtocolOptions) {
    this.#table = table;
    this.#options = options;
    this.#items = [...table.auction.items];
    table.watch((event) => this.#note(event));
  }

  /** Calls `listener` with all news and notes from now on. */
  listen(listener: (told: News | Note) => void): void {
    this.#listeners.add(listener);
  }

  /** The secret of a seat that was given here; undefined for those of other protocols. */
  keyOf(name: string): SeatKey | undefined {
    const seat = this.#seats.get(name);
    return seat && { token: seat.token, attempt: seat.attempt };
  }

  /** The seat that a token opens. */
  nameOf(token: string): string | undefined {
    return this.#byToken.get(token)?.name;
  }

  /** Restores the seat of a bidder who joined before the auction was restarted. */
  restore(name: string, key: SeatKey): void {
    const seat: Seat = { ...key, name, speaker: undefined };
    this.#seats.set(name, seat);
    this.#byToken.set(key.token, seat);
  }

  /** `speaker` has gone; its seat is kept. */
  leave(speaker: Speaker): void {
    const seat = speaker.seat === undefined ? undefined : this.#seats.get(speaker.seat);
    if (seat?.speaker === speaker) seat.speaker = undefined;
    speaker.seat = undefined;
  }

  /** The answer to `request`, which has happened when this returns. */
  answer(request: Request, speaker: Speaker): Answer {
    const answer = this.#answer(request, speaker);
    if (answer.type === 'refused') this.refused(answer, speaker, request);
    return request.id === undefined ? answer : { ...answer, id: request.id };
  }

  /** A request was refused, here or at the door. */
  refused(refusal: Refused, speaker?: Speaker, request?: Request): void {
    const { onRefused } = this.#options;
    if (!onRefused) return;
    const token = request && 'token' in request ? request.token : undefined;
    const seat = token === undefined ? undefined : this.nameOf(token);
    const given = request && 'name' in request ? request.name : undefined;
    onRefused(speaker?.seat ?? seat ?? given, refusal);
  }

  #answer(request: Request, speaker: Speaker): Answer {
    if (request.type === 'join' || request.type === 'watch') {
      const refusal = this.#atTheDoor(request);
      if (refusal) return refusal;
      return request.type === 'join' ? this.#join(request, speaker) : this.#watching();
    }
    const seat = this.#seatOf(request, speaker);
    if (!('name' in seat)) return seat;
    if (request.type === 'news') {
      return { type: 'news', news: this.news.slice(request.after) };
    }
    return this.#take(request, seat.name);
  }

  #take(request: Request & { type: 'bid' | 'pass' }, name: string): Answer {
    if (request.name !== undefined && request.name !== name) {
      return refuse(
        'wrong-name',
        `you are ${name}: you cannot bid in another bidder's name`,
      );
    }
    const { round } = request;
    const amount = request.type === 'bid' ? request.amount : undefined;
    const given = this.#given.get(name);
    const isRepeated = given?.round === round && given.amount === amount;
    if (!isRepeated) {
      const refusal = this.#table.submit(
        request.type === 'bid'
          ? { type: 'bid', round, name, amount }
          : { type: 'pass', round, name },
      );
      if (refusal) return refused(refusal);
    }
    return { type: 'accepted', round, amount: (amount as number | undefined) ?? null };
  }

  #atTheDoor(request: {
    version: number;
    code?: string | undefined;
    token?: string | undefined;
  }): Answer | undefined {
    if (request.version !== PROTOCOL_VERSION) {
      return refuse(
        'wrong-version',
        `this auctioneer speaks version ${PROTOCOL_VERSION}, not ${request.version}`,
      );
    }
    const { code } = this.#options;
    // A bidder who has a token has given the code before, perhaps on an earlier day.
    const known = request.token !== undefined && this.#byToken.has(request.token);
    const isRight = request.code?.toUpperCase() === code?.toUpperCase();
    if (code !== undefined && !isRight && !known) {
      return refuse('wrong-code', 'give the join code that the auctioneer shows');
    }
    return undefined;
  }

  #join(request: Request & { type: 'join' }, speaker: Speaker): Answer {
    const { name, attempt, token } = request;
    if (token !== undefined) {
      const seat = this.#byToken.get(token);
      if (seat?.name === name) return this.#sit(seat, speaker);
      return refuse('wrong-token', `that is not the token of ${name}'s seat`);
    }
    const taken = this.#seats.get(name);
    if (taken && attempt !== undefined && taken.attempt === attempt) {
      return this.#sit(taken, speaker);
    }
    if (speaker.seat !== undefined) {
      return refuse('name-taken', `you have already joined, as ${speaker.seat}`);
    }
    // Before the command, so that listeners to the event find the seat.
    const seat: Seat = { token: this.#options.newToken(), attempt, name, speaker };
    if (!taken) this.#seats.set(name, seat);
    const refusal = this.#table.submit({ type: 'join', name });
    if (refusal) {
      if (!taken) this.#seats.delete(name);
      return refused(refusal);
    }
    this.#byToken.set(seat.token, seat);
    const welcome = this.#sit(seat, speaker);
    // The last to join begins the game. That is news, for this bidder as for everybody.
    return { ...welcome, items: this.#itemsToTell('joining'), state: NOT_BEGUN };
  }

  #sit(seat: Seat, speaker: Speaker): Welcome {
    if (seat.speaker && seat.speaker !== speaker) {
      seat.speaker.seat = undefined;
      seat.speaker.dismiss(
        refuse('seat-taken-over', `somebody else has joined with ${seat.name}'s token`),
      );
    }
    if (speaker.seat !== seat.name) this.leave(speaker);
    seat.speaker = speaker;
    speaker.seat = seat.name;
    return this.#welcome(seat);
  }

  #welcome({ name, token }: Seat): Welcome {
    const { auction } = this.#table;
    const { answers, ledger, phase, round, winner } = auction;
    return {
      type: 'welcome',
      version: PROTOCOL_VERSION,
      name,
      token,
      rules: ledger.rules,
      items: this.#itemsToTell(phase),
      state: {
        seq: this.news.length,
        phase,
        round,
        answered: answers.has(name),
        winner: winner ?? null,
        // They come with `start`: in a hall of thousands, every newcomer would get a long list.
        bidders: phase === 'joining' ? [] : (this.#standings ??= ledger.copyStandings()),
      },
    };
  }

  #watching(): Answer {
    const { auction } = this.#table;
    const { answers, bidders, ledger, phase, round } = auction;
    return {
      type: 'watching',
      version: PROTOCOL_VERSION,
      rules: ledger.rules,
      items: this.#itemsToTell(phase),
      bidders: [...bidders.keys()],
      round,
      answered: [...answers.keys()],
    };
  }

  /** All items, or in a `secret` game those up to now. */
  #itemsToTell(phase: Phase): string[] {
    const { options, round } = this.#table.auction;
    if (options.order === 'known') return this.#items;
    return this.#items.slice(0, phase === 'bidding' ? round + 1 : round);
  }

  #seatOf(
    { token }: { token?: string | undefined },
    speaker: Speaker,
  ): { name: string } | Answer {
    if (token !== undefined) {
      return (
        this.#byToken.get(token) ?? refuse('wrong-token', 'no seat here has that token')
      );
    }
    if (speaker.seat !== undefined) return { name: speaker.seat };
    return refuse('not-seated', 'join first');
  }

  #free(name: string): void {
    const seat = this.#seats.get(name);
    if (!seat) return;
    if (seat.speaker) seat.speaker.seat = undefined;
    this.#seats.delete(name);
    this.#byToken.delete(seat.token);
  }

  #note(event: AuctionEvent): void {
    if (event.type === 'bid') {
      this.#given.set(event.name, { round: event.round, amount: event.amount });
    } else if (event.type === 'passed' && event.why === 'own-wish') {
      this.#given.set(event.name, { round: event.round, amount: undefined });
    } else if (event.type === 'freed') this.#free(event.name);
    else if (event.type === 'sold') this.#standings = undefined;
    const { bidders } = this.#table.auction;
    const told = toldOf(event, this.news.length + 1, bidders.keys());
    if ('seq' in told) this.news.push(told);
    for (const listener of this.#listeners) listener(told);
  }
}

/** What a newcomer is told: nobody joins a game that has begun. */
const NOT_BEGUN: Welcome['state'] = {
  seq: 0,
  phase: 'joining',
  round: 0,
  answered: false,
  winner: null,
  bidders: [],
};

/** A refusal in this protocol's words. */
export function refuse(code: WireRefusalCode, reason: string): Refused {
  return { type: 'refused', code, reason };
}

function refused({ code, reason }: Refusal): Refused {
  return refuse(code, reason);
}
