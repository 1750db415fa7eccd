/**
 * Replays a journal by the rules. Pure.
 *
 *   joined   freed   bid   passed   what somebody did: the rules are asked again …
 *   started  opened  sold  over  … and these must follow, because the rules say so
 *
 * So a journal is not only read, it is audited: a line that is missing, duplicated, changed or
 * in the wrong place cannot follow from the lines before it, and is found.
 *
 * A crash may have cut off the end of what belongs together: the last bid of a round is there,
 * and its sale is not. The rules know what had to follow, and replay makes it happen.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AuctionCommand, AuctionEvent } from '../game/events.ts';
import type { Table } from './table.ts';

export class Replay {
  readonly #table: Table;
  /** What must come next. */
  #due: AuctionEvent[] = [];

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * Makes the event happen again.
   * @returns why it cannot have happened now; undefined when it has
   */
  play(event: AuctionEvent): string | undefined {
    if (this.#due.length === 0) {
      const command = commandOf(event);
      if (!command) return `'${event.type}' does not follow from the lines before it`;
      const { events, refusal } = this.#table.auction.decide(command);
      if (refusal) return refusal.reason;
      this.#due = events;
    }
    const due = this.#due.shift()!;
    if (!same(event, due)) return `${JSON.stringify(due)} should be here`;
    this.#table.restore(event);
    return undefined;
  }

  /** What still had to follow when the crash came. */
  get rest(): readonly AuctionEvent[] {
    return this.#due;
  }
}

/** The command that such an event begins with. */
function commandOf(event: AuctionEvent): AuctionCommand | undefined {
  switch (event.type) {
    case 'joined':
      return { type: 'join', name: event.name };
    case 'freed':
      return { type: 'free', name: event.name };
    case 'bid':
      return event;
    case 'passed': {
      const { name, round, why } = event;
      if (why === 'deadline') return { type: 'forfeit', round };
      return {
        type: 'pass',
        round,
        name,
        ...(why === 'bad-bid' && { word: event.word }),
      };
    }
    default:
      return undefined;
  }
}

/** In the journal, a game without a winner is one whose event has no `winner` field. */
function same(event: AuctionEvent, due: AuctionEvent): boolean {
  if (due.type !== 'over') return isDeepStrictEqual(event, due);
  return event.type === 'over' && event.winner === due.winner;
}
