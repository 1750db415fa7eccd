/**
 * What `socketlab auction serve` shows: events in, lines out. Pure.
 *
 * It is a log, read from top to bottom, on a terminal, in a pipe or in a file. On a terminal,
 * one more line says whom the round waits for and is rewritten in place. Amounts stay hidden
 * until the round is over, although they are known here: the screen may be on the classroom's
 * wall.
 */
import type { AuctionEvent } from '../game/events.ts';
import type { Paint } from '../../common/terminal/index.ts';
import { type Notice, noticeWords } from '../game/notices.ts';
import type { Auction } from '../game/rules.ts';
import { howToWin, itemNumber, list } from './game-words.ts';
import { standingsTable } from './standings.ts';

export class AuctioneerScreen {
  readonly #auction: Auction;
  readonly #paint: Paint;
  readonly #width: number;
  #missed: string[] = [];
  /** Bidders who are back, and have not been shown yet. */
  #returned: string[] = [];

  /** @param width columns of the terminal */
  constructor(auction: Auction, paint: Paint, width: number) {
    this.#auction = auction;
    this.#paint = paint;
    this.#width = width;
  }

  /** The lines that an event adds. The auction is as it is after the event. */
  lines(event: AuctionEvent): string[] {
    const { bold, dim, green } = this.#paint;
    const { bidders, ledger, options } = this.#auction;
    const { rules } = ledger;
    switch (event.type) {
      case 'joined':
        return [`${bold(event.name)} has joined (${bidders.size} of ${options.bidders})`];
      case 'freed': {
        const seats = `${bidders.size} of ${options.bidders}`;
        return [`The seat of ${bold(event.name)} is free again (${seats})`];
      }
      case 'started':
        return ['', `The game begins. ${howToWin(rules)}`];
      case 'opened':
        return ['', `${bold(itemNumber(event.round, rules))}: ${bold(event.item)}`];
      case 'bid':
        return [];
      case 'passed':
        if (event.why === 'deadline') this.#missed.push(event.name);
        return [];
      case 'sold':
        return [
          ...this.#missedLine(),
          `  sold to ${bold(event.name)} for ${bold(String(event.price))}`,
          ...this.#standings(),
        ];
      case 'unsold':
        return [...this.#missedLine(), `  ${dim('not sold: nobody has bid')}`];
      case 'over': {
        const { winner } = event;
        const after = `after ${itemNumber(ledger.round - 1, rules)}`;
        return [
          '',
          winner === undefined
            ? `The game is over ${after}, and nobody has won.`
            : green(`${bold(winner)} has won, ${after}.`),
        ];
      }
    }
  }

  /**
   * Beside the game: in the lines of a round it stands before how the round has ended. Who is
   * back is kept for `returned`: after a crash that is the whole class.
   */
  notice(notice: Notice): string[] {
    const { dim, yellow } = this.#paint;
    if (notice.type === 'returned') {
      this.#returned.push(notice.name);
      return [];
    }
    const words = noticeWords(notice);
    if (notice.type === 'bad-bids') return [`  ${yellow(words)}`];
    return [notice.type === 'refused' ? yellow(words) : dim(words)];
  }

  /** The bidders who have come back since the last call. */
  returned(): string[] {
    const names = this.#returned;
    this.#returned = [];
    if (names.length === 0) return [];
    return [
      this.#paint.dim(`${list(names, 20)} ${names.length > 1 ? 'are' : 'is'} back`),
    ];
  }

  /** Whom the round waits for, in one line that fits. `left`: seconds, if there is a limit. */
  status(left: number | undefined, isPresent: (name: string) => boolean): string {
    const { answers, bidders, options, phase } = this.#auction;
    if (phase === 'over') return '';
    if (phase === 'joining') {
      const missing = options.bidders - bidders.size;
      return `  waiting for ${missing} more to join`;
    }
    const missing = [...bidders.keys()].filter((name) => !answers.has(name));
    const names = missing.map((name) => (isPresent(name) ? name : `${name} (away)`));
    const time = left === undefined ? '' : `, ${Math.max(0, Math.ceil(left))} s left`;
    const bids = `  ${answers.size} of ${bidders.size} have answered${time}; waiting for `;
    let line = bids + list(names);
    for (let most = 5; most > 0 && line.length >= this.#width; most -= 1) {
      line = bids + list(names, most);
    }
    return line.slice(0, this.#width - 1);
  }

  #missedLine(): string[] {
    const missed = this.#missed;
    this.#missed = [];
    if (missed.length === 0) return [];
    return [this.#paint.yellow(`  no answer in time from ${list(missed)}`)];
  }

  #standings(): string[] {
    const { rules, standings } = this.#auction.ledger;
    const options = { rules, paint: this.#paint, width: this.#width };
    return standingsTable(standings, options);
  }
}
