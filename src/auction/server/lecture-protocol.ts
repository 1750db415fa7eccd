/**
 * The lecture's own text protocol: one message, one answer, words separated by one space.
 * Pure: text in, text out, whatever carries it (a bare TCP connection, or a REQ socket).
 *
 *   bidder                      auctioneer
 *   NAME                        N item1 item2 … itemM␠       joins; N bidders, then the items
 *   NAME␠                       wait␠                        again and again, until all joined
 *   NAME␠                       ready name1 … nameN␠         once
 *   NAME AMOUNT                 bid received                 wait␠ for a second bid in a round
 *   NAME                        wait␠                        while bids are missing
 *   NAME                        WINNER has bought ITEM for AMOUNT       once; the last one
 *                               … and won.                              ends like this
 *   NAME                        ready                        to one who has the result
 *
 * A name is all that identifies a bidder here, so nothing in the protocol stops one bidder
 * from bidding under another's name. The auctioneer does what it can: a name belongs to the
 * connection that joined with it for as long as that lasts. When it has gone, whoever joins with
 * the name gets the seat. Where a join code is asked for, it stands before the name, with a hyphen:
 * `K7RT-ann`.
 *
 * The bidders cannot read a refusal. A bid that does not count is answered `bid received`,
 * as the lecture's server does, and counts as none. No bid says which round it is for: it is
 * for the one after the last result that its bidder has fetched. So a fast bidder may bid
 * while others still fetch, and a bid that comes after its round's deadline counts in no
 * other.
 *
 * Simplification: whoever buys the last item is told `and won.`, because nothing else ends
 * these bidders; in a `highest-value` game, or one without a winner, that may be untrue.
 */
import { misuse } from '../../common/index.ts';
import type { AuctionEvent } from '../game/events.ts';
import { roundsToWin } from '../game/options.ts';
import type { WireRefusalCode } from '../messages/native-messages.ts';
import type { Table } from './table.ts';

/** The longest message that is looked at, in characters; the lecture's buffer is 5024 bytes. */
export const LONGEST_MESSAGE = 5024;

/**
 * - `answer`: to be sent as it is
 * - `wait`: the same, to a question that may be asked again; the door may hold it back
 *   for a while, and ask again in the bidder's place
 * - `farewell`: for people to read, since no bidder understands it; then hang up
 */
export type LectureAnswer =
  | { kind: 'answer' | 'wait'; text: string }
  | { kind: 'farewell'; text: string; refusal: LectureRefusal };

/** `code` as our own protocol calls it. */
interface LectureRefusal {
  code: WireRefusalCode;
  reason: string;
}

interface LectureProtocolOptions {
  /** What must stand before every name, with a hyphen. */
  code?: string | undefined;
  /** Called for every refusal, with the name that was given. */
  onRefused?: ((name: string, refusal: LectureRefusal) => void) | undefined;
}

interface Seat {
  /** The name that the bidder gives: with the join code, if there is one. */
  calledItself: string;
  name: string;
  /** The connection that joined with this name; undefined when it has gone, or has none. */
  speaker: object | undefined;
  /** Whether it has been told that all have joined. */
  told: boolean;
  /** The results that it has fetched; its next bid is for the round of this number. */
  fetched: number;
}

type Result = Extract<AuctionEvent, { type: 'sold' }>;

export class LectureProtocol {
  readonly #table: Table;
  readonly #prefix: string;
  readonly #onRefused: LectureProtocolOptions['onRefused'];
  /** By the names that the bidders give. */
  readonly #seats = new Map<string, Seat>();
  readonly #bySpeaker = new Map<object, Seat>();
  readonly #results: Result[] = [];
  /** Written once, since thousands are told the same. */
  #list: string | undefined;
  /** All who have joined, with a space before and after each. */
  #names: string | undefined;

  /**
   * @throws {MisuseError} ERR_BAD_ARGUMENT for a game that these bidders cannot play
   */
  constructor(table: Table, { code, onRefused }: LectureProtocolOptions = {}) {
    const why = whyNot(table.auction.options);
    if (why !== undefined) throw misuse(why);
    this.#table = table;
    this.#prefix = code === undefined ? '' : `${code}-`;
    this.#onRefused = onRefused;
    table.watch((event) => {
      if (event.type === 'sold') this.#results.push(event);
      else if (event.type === 'freed') this.#free(event.name);
    });
  }

  /** @param speaker the connection that the message came from, if there is one */
  answer(message: string, speaker?: object): LectureAnswer {
    const [name = '', ...words] = message.slice(0, LONGEST_MESSAGE + 1).split(' ');
    const answer =
      message.length > LONGEST_MESSAGE
        ? farewell('too-long', `a message has at most ${LONGEST_MESSAGE} characters`)
        : this.#answer(name, words, speaker);
    if (answer.kind === 'farewell') {
      // Not the first word of one who has a seat: without the name it may be a bid.
      const own = speaker && this.#bySpeaker.get(speaker);
      const hasCode = name.startsWith(this.#prefix);
      const given = hasCode ? name.slice(this.#prefix.length) : name;
      this.#onRefused?.(own?.name ?? given, answer.refusal);
    }
    return answer;
  }

  #answer(
    name: string,
    words: readonly string[],
    speaker: object | undefined,
  ): LectureAnswer {
    const seat = this.#seats.get(name);
    const own = speaker && this.#bySpeaker.get(speaker);
    // A mistyped name must not take a second seat: nobody would bid for the first.
    if (own && own !== seat) {
      return farewell('name-taken', `you have already joined, as ${own.name}`);
    }
    if (!seat) {
      if (words.length === 0) return this.#join(name, speaker);
      const why = 'join first: send your name, one word, and nothing after it';
      return farewell('not-seated', why);
    }
    if (speaker && seat.speaker !== speaker) {
      if (seat.speaker) {
        return farewell('name-taken', 'another connection has that name');
      }
      seat.speaker = speaker;
      this.#bySpeaker.set(speaker, seat);
      // It lost its connection and begins again as its program does: with a join.
      if (words.length === 0) return this.#rejoin(seat);
    }
    const [word = ''] = words;
    if (words.length > 1) {
      const why = 'send one space before the amount, and nothing after it';
      return farewell('bad-message', why);
    }
    if (word !== '') return this.#bid(seat, word);
    if (words.length === 0 && seat.told) return this.#result(seat);
    return this.#ready(seat);
  }

  /** A connection has gone. Whoever comes back under its name may have the seat. */
  leave(speaker: object): void {
    const seat = this.#bySpeaker.get(speaker);
    if (seat) seat.speaker = undefined;
    this.#bySpeaker.delete(speaker);
  }

  /** Restores the seat of a bidder who joined before the auction was restarted. */
  restore(name: string): void {
    const calledItself = this.#prefix + name;
    const seat = { calledItself, name, speaker: undefined, told: false, fetched: 0 };
    this.#seats.set(calledItself, seat);
  }

  /** The seat of this connection; undefined when it has none. */
  nameOf(speaker: object): string | undefined {
    return this.#bySpeaker.get(speaker)?.name;
  }

  #free(name: string): void {
    const seat = this.#seats.get(this.#prefix + name);
    if (!seat) return;
    this.#seats.delete(seat.calledItself);
    if (seat.speaker) this.#bySpeaker.delete(seat.speaker);
  }

  #join(calledItself: string, speaker: object | undefined): LectureAnswer {
    if (!calledItself.startsWith(this.#prefix)) {
      const why = 'put the join code and a hyphen before your name: CODE-NAME';
      return farewell('wrong-code', why);
    }
    const name = calledItself.slice(this.#prefix.length);
    const refusal = this.#table.submit({ type: 'join', name });
    if (refusal) return farewell(refusal.code, refusal.reason);
    const seat = { calledItself, name, speaker, told: false, fetched: 0 };
    this.#seats.set(calledItself, seat);
    if (speaker) this.#bySpeaker.set(speaker, seat);
    return this.#items();
  }

  #rejoin(seat: Seat): LectureAnswer {
    const { phase, winner } = this.#table.auction;
    if (phase === 'over') {
      const why = `the game is over, and ${winner ?? 'nobody'} has won`;
      return farewell('game-over', why);
    }
    seat.told = false;
    seat.fetched = this.#results.length;
    return this.#items();
  }

  #items(): LectureAnswer {
    this.#list ??= itemsText(this.#table.auction);
    return answer(this.#list);
  }

  #ready(seat: Seat): LectureAnswer {
    const { phase, bidders } = this.#table.auction;
    if (phase === 'joining') return WAIT;
    seat.told = true;
    this.#names ??= ` ${[...bidders.keys()].join(' ')} `;
    const names = this.#names.replace(` ${seat.name} `, () => ` ${seat.calledItself} `);
    return answer(`ready${names}`);
  }

  #bid(seat: Seat, word: string): LectureAnswer {
    const { name } = seat;
    const { answers, phase, round } = this.#table.auction;
    if (phase === 'joining') return answer('wait ');
    seat.told = true;
    // Its round ended without it: it counts nowhere, and the result is waiting.
    if (seat.fetched < this.#results.length) return answer('bid received');
    if (phase === 'over') return answer('ready');
    if (answers.has(name)) return answer('wait ');
    const amount = /^\d+$/.test(word) ? Number(word) : NaN;
    const refusal = this.#table.submit({ type: 'bid', round, name, amount });
    if (refusal) this.#table.submit({ type: 'pass', round, name, word });
    return answer('bid received');
  }

  #result(seat: Seat): LectureAnswer {
    const result = this.#results[seat.fetched];
    if (result !== undefined) {
      seat.fetched += 1;
      const { item, name, price, round } = result;
      const { auction } = this.#table;
      const end = auction.phase === 'over' && round + 1 === auction.round;
      const text = `${called(name, seat)} has bought ${item} for ${price}`;
      return answer(end ? `${text} and won.` : text);
    }
    return this.#table.auction.answers.has(seat.name) ? WAIT : answer('ready');
  }
}

/**
 * What a newcomer is told. A list that is too long for one read ends where the game surely does:
 * what is left out could never be on sale, because here every item finds a buyer.
 */
function itemsText({ items, options }: Table['auction']): string {
  const all = listed(options.bidders, items);
  if (options.win !== 'first-to' || fitsOneRead(all)) return all;
  return listed(options.bidders, items.slice(0, roundsToWin(options)));
}

function listed(bidders: number, items: readonly string[]): string {
  return `${bidders} ${items.join(' ')} `;
}

function fitsOneRead(text: string): boolean {
  return Buffer.byteLength(text) <= LONGEST_MESSAGE;
}

/**
 * Bytes of the answer to a join, when it is more than one `recv(5024)` takes: over bare TCP the
 * lecture's bidder, and our lesson's, then know only the first items. Undefined when it fits.
 */
export function tooLongForOneRead(auction: Table['auction']): number | undefined {
  const text = itemsText(auction);
  return fitsOneRead(text) ? undefined : Buffer.byteLength(text);
}

const WAIT: LectureAnswer = { kind: 'wait', text: 'wait ' };

function answer(text: string): LectureAnswer {
  return { kind: 'answer', text };
}

export function farewell(code: WireRefusalCode, reason: string): LectureAnswer {
  return { kind: 'farewell', text: `refused: ${reason}\n`, refusal: { code, reason } };
}

/** A bidder finds out whether it has bought by comparing with the name that it gave. */
function called(name: string, { name: own, calledItself }: Seat): string {
  return name === own ? calledItself : name;
}

/** Why the lecture's bidders cannot play a game with these options; undefined if they can. */
export function whyNot(options: Table['auction']['options']): string | undefined {
  if (options.unsold !== 'to-first') {
    return "the lecture's bidders expect a buyer for every item: set unsold to 'to-first'";
  }
  if (options.order !== 'known') {
    return "the lecture's bidders are told all items when they join: set order to 'known'";
  }
  return undefined;
}
