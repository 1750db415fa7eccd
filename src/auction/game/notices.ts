/**
 * What the lecturer is told besides the game: who was refused, and why; which bids were not bids;
 * who has left and who is back. Pure.
 *
 *   events ────────┐
 *   refusals ──────┼──► Notices ──► screen, board, JSON
 *   who is here ───┘
 *
 * - What was wrong with a bid is not shown before the end of its round: until then bids are sealed.
 * - The same refusal of the same name is reported once, each kind of refusal at most 30 times in a
 *   game, and that somebody has left at most five times. Whatever strangers do, the screen can be
 *   read.
 */
import { visible } from '../../common/text/index.ts';
import type { AuctionEvent } from './events.ts';
import { isWord, LONGEST_WORD } from './options.ts';

export type Notice =
  /** `name` is as the peer gave it, and missing when it gave none. */
  | { type: 'refused'; name?: string; code: string; reason: string }
  /** What came as a bid in this round but is not one, and was taken as a pass. */
  | { type: 'bad-bids'; round: number; bids: { name: string; word: string }[] }
  | { type: 'left'; name: string }
  | { type: 'returned'; name: string }
  /** A page was turned away from the board: it has this many, as the system or we allow. */
  | { type: 'no-room'; pages: number; why: 'files' | 'limit' };

/** Of a kind. */
const MOST_REFUSALS = 30;
const MOST_DEPARTURES = 5;
/** Characters of a reason; it may quote the peer. */
const LONGEST_REASON = 160;
/** They reveal how much somebody wanted to pay. */
const ABOUT_BIDS = new Set(['bad-amount', 'too-poor']);

export class Notices {
  readonly #listeners = new Set<(notice: Notice) => void>();
  /** The names that were refused, by the code of the refusal. */
  readonly #refused = new Map<string, Set<string | undefined>>();
  readonly #seated = new Set<string>();
  readonly #departures = new Map<string, number>();
  /** For the end of the round. */
  #sealed: Notice[] = [];
  #badBids: { name: string; word: string }[] = [];
  #isOver = false;

  /** Calls `listener` with every notice from now on. */
  listen(listener: (notice: Notice) => void): void {
    this.#listeners.add(listener);
  }

  /** The game goes on after a crash: everybody is still to come back. */
  resumed(): void {
    for (const name of this.#seated) this.#departures.set(name, 0);
  }

  /** Call it before others are told of the event, so that a round's notices come before its end. */
  happened(event: AuctionEvent): void {
    switch (event.type) {
      case 'joined':
        this.#seated.add(event.name);
        break;
      case 'freed':
        this.#seated.delete(event.name);
        this.#departures.delete(event.name);
        break;
      case 'passed':
        if (event.why === 'bad-bid') {
          this.#badBids.push({ name: event.name, word: visible(event.word) });
        }
        break;
      case 'sold':
      case 'unsold':
        this.#unseal(event.round);
        break;
      case 'over':
        this.#isOver = true;
        break;
      default:
    }
  }

  /** Somebody was refused something. `name`: whom, as far as that is known. */
  refused(
    name: string | undefined,
    { code, reason }: { code: string; reason: string },
  ): void {
    if (this.#isOver) return;
    // An empty name names nobody.
    const who = visible((name ?? '').slice(0, LONGEST_WORD)) || undefined;
    const names = this.#refused.get(code) ?? new Set();
    if (names.has(who) || names.size === MOST_REFUSALS) return;
    this.#refused.set(code, names.add(who));
    const isLast = names.size === MOST_REFUSALS;
    const notice: Notice = {
      type: 'refused',
      ...(who !== undefined && { name: who }),
      code,
      reason:
        visible(reason.slice(0, LONGEST_REASON)) +
        (isLast ? ' (and no more of this kind will be shown)' : ''),
    };
    if (ABOUT_BIDS.has(code)) this.#sealed.push(notice);
    else this.#tell(notice);
  }

  /** A bidder has arrived or left. */
  presence(name: string, isHere: boolean): void {
    if (this.#isOver || !this.#seated.has(name)) return;
    const departures = this.#departures.get(name);
    if (isHere) {
      if (departures !== undefined && departures <= MOST_DEPARTURES)
        this.#tell({ type: 'returned', name });
      return;
    }
    this.#departures.set(name, (departures ?? 0) + 1);
    if ((departures ?? 0) < MOST_DEPARTURES) this.#tell({ type: 'left', name });
  }

  #unseal(round: number): void {
    const bids = this.#badBids;
    const sealed = this.#sealed;
    this.#badBids = [];
    this.#sealed = [];
    if (bids.length > 0) this.#tell({ type: 'bad-bids', round, bids });
    for (const notice of sealed) this.#tell(notice);
  }

  #tell(notice: Notice): void {
    for (const listener of this.#listeners) listener(notice);
  }
}

/** Bad bids that are named in one line. */
const MOST_NAMED = 8;

/** A notice in one line. */
export function noticeWords(notice: Notice): string {
  switch (notice.type) {
    case 'refused':
      return `${called(notice.name)} was refused: ${notice.reason}`;
    case 'bad-bids': {
      const named = notice.bids.slice(0, MOST_NAMED);
      const bids = named.map(badBid).join(', ');
      const more = notice.bids.length - named.length;
      return `not a bid, so a pass: ${bids}${more > 0 ? ` and ${more} more` : ''}`;
    }
    case 'left':
      return `${notice.name} has left`;
    case 'returned':
      return `${notice.name} is back`;
    case 'no-room': {
      const { pages, why } = notice;
      const more = why === 'files' ? '`ulimit -n 16000` makes' : '--watchers makes';
      return `no room for another page beside ${pages}: ${more} more room`;
    }
  }
}

/** A whole number is a bid, unless it is too much. */
function badBid({ name, word }: { name: string; word: string }): string {
  return /^\d+$/.test(word) ? `${word} (more than ${name} has)` : `${word} (${name})`;
}

/** Text that is not a valid name must not read as part of the sentence. */
function called(name: string | undefined): string {
  if (name === undefined) return 'somebody';
  return isWord(name) ? name : `'${name}'`;
}
