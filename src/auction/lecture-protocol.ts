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
 * A name is all that identifies a bidder here, so nothing stops one bidder from bidding
 * under another's name. What the wire allows is done: a name belongs to the connection that
 * joined with it for as long as that is there, where there is a connection.
 *
 * The bidders cannot read a refusal. A bid that does not count is answered `bid received`,
 * as the lecture's server does, and counts as none. A fast bidder may bid for the next round
 * while others still fetch the result of this one; that is the bid of the next round.
 */
import { MisuseError } from '../common/index.ts';
import type { AuctionEvent } from './events.ts';
import type { Table } from './table.ts';

/** The longest message that is looked at, in characters; the lecture's buffer is 5024 bytes. */
export const LONGEST_MESSAGE = 5024;

interface Seat {
  /** The connection that joined with this name; undefined when it has gone, or has none. */
  speaker: object | undefined;
  /** Whether it has been told that all have joined. */
  told: boolean;
  /** The results that it has fetched. */
  fetched: number;
}

export class LectureProtocol {
  readonly #table: Table;
  readonly #seats = new Map<string, Seat>();
  readonly #results: string[] = [];

  /** @throws {MisuseError} ERR_BAD_ARGUMENT when items may go unsold: its results name buyers */
  constructor(table: Table) {
    if (table.auction.options.unsold !== 'to-first') {
      throw new MisuseError(
        'ERR_BAD_ARGUMENT',
        "the lecture's bidders expect a buyer for every item: set unsold to 'to-first'",
      );
    }
    this.#table = table;
    table.watch((event) => this.#note(event));
  }

  /**
   * @param speaker the connection that the message came from, if there is one
   * @returns the answer, to be sent as it is; `undefined` for a message that this protocol
   *   has no answer to, whose sender is best sent away
   */
  answer(message: string, speaker?: object): string | undefined {
    if (message.length > LONGEST_MESSAGE) return undefined;
    const [name = '', ...words] = message.split(' ');
    const seat = this.#seats.get(name);
    if (!seat) return words.length === 0 ? this.#join(name, speaker) : undefined;
    if (speaker && seat.speaker !== speaker) {
      if (seat.speaker) return undefined; // this name is somebody else's
      seat.speaker = speaker; // it was lost, and has come back
    }
    const [word = ''] = words;
    if (word !== '') return this.#bid(name, word);
    return seat.told ? this.#result(name, seat) : this.#wait(seat);
  }

  /** A connection has gone. Whoever comes back under its name may have the seat. */
  leave(speaker: object): void {
    for (const seat of this.#seats.values()) {
      if (seat.speaker === speaker) seat.speaker = undefined;
    }
  }

  #join(name: string, speaker: object | undefined): string | undefined {
    // Before the command: the events it brings about may already concern this seat.
    this.#seats.set(name, { speaker, told: false, fetched: 0 });
    if (this.#table.submit({ type: 'join', name })) {
      this.#seats.delete(name);
      return undefined;
    }
    const { options, items } = this.#table.auction;
    return `${options.bidders} ${items.join(' ')} `;
  }

  #wait(seat: Seat): string {
    const { phase, bidders } = this.#table.auction;
    if (phase === 'joining') return 'wait ';
    seat.told = true;
    return `ready ${[...bidders.keys()].join(' ')} `;
  }

  #bid(name: string, word: string): string {
    const { answers, phase, round } = this.#table.auction;
    if (phase === 'joining' || answers.has(name)) return 'wait ';
    if (phase === 'over') return 'ready';
    const amount = /^\d+$/.test(word) ? Number(word) : NaN;
    const refusal = this.#table.submit({ type: 'bid', round, name, amount });
    if (refusal) this.#table.submit({ type: 'pass', round, name });
    return 'bid received';
  }

  #result(name: string, seat: Seat): string {
    const result = this.#results[seat.fetched];
    if (result !== undefined) {
      seat.fetched += 1;
      return result;
    }
    return this.#table.auction.answers.has(name) ? 'wait ' : 'ready';
  }

  #note(event: AuctionEvent): void {
    if (event.type === 'sold') {
      this.#results.push(`${event.name} has bought ${event.item} for ${event.price}`);
    } else if (event.type === 'over') {
      this.#results.push(`${this.#results.pop()} and won.`);
    }
  }
}
