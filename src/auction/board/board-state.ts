/**
 * The board's state: what a game looks like from the last row. Pure.
 *
 *   BoardEvent ──apply──► BoardState ──snapshot()──► JSON for the pages
 *
 * A snapshot has a limited size, however large the game is: the first 40 of the standings, the next
 * 10 items, the latest 300 sales.
 *
 * Read next: ../game/public-events.ts for what cannot come here, snapshot.ts for what goes
 * out.
 */
import { misuse, type MisuseError } from '../../common/index.ts';
import { type GameRules, Ledger, type Standing } from '../game/ledger.ts';
import type { BoardEvent } from '../game/public-events.ts';
import { worth } from '../game/sale.ts';
import { marksOf } from './marks.ts';
import { missing, ranked, resultOf } from './ranking.ts';
import type { GameSnapshot, SaleEntry, StandingRow } from './snapshot.ts';

const MOST_STANDINGS = 40;
const MOST_COMING = 10;
const MOST_SALES = 300;

/** A game as its bidders know it: `items` may be missing if they are secret. */
export interface BoardGame {
  readonly rules: GameRules;
  readonly items?: readonly string[];
}

export class BoardState {
  readonly #ledger: Ledger;
  readonly #kinds: ReadonlyMap<string, number>;
  readonly #kindRows: GameSnapshot['kinds'];
  readonly #answered = new Set<string>();
  readonly #away = new Set<string>();
  /** Until the next purchase. */
  #ranked: readonly Standing[] | undefined;

  /** @throws {MisuseError} ERR_BAD_ARGUMENT for an item of an unknown kind */
  constructor({ rules, items = [] }: BoardGame) {
    this.#ledger = new Ledger(rules, items);
    this.#kinds = new Map(rules.kinds.map((kind, index) => [kind, index]));
    const stray = items.find((item) => !this.#kinds.has(item));
    if (stray !== undefined) {
      throw misuse(
        `the board was given the item ${stray}, which is not one of the game's kinds`,
      );
    }
    const marks = marksOf(rules.kinds);
    this.#kindRows = rules.kinds.map((name, index) => ({
      name,
      mark: marks[index]!,
      value: rules.values[name] ?? 1,
    }));
  }

  /** @throws {MisuseError} ERR_BAD_ARGUMENT for an event that cannot happen in this game */
  apply(event: BoardEvent): void {
    this.#check(event);
    if (event.type === 'answered') {
      this.#answered.add(event.name);
      return;
    }
    this.#ledger.apply(event);
    if (event.type === 'sold' || event.type === 'unsold') this.#answered.clear();
    if (['sold', 'joined', 'freed'].includes(event.type)) this.#ranked = undefined;
    if (event.type === 'freed') this.#away.delete(event.name);
  }

  /** A bidder has left, or is back. */
  present(name: string, isHere: boolean): void {
    if (isHere) this.#away.delete(name);
    else if (this.#ledger.bidders.has(name)) this.#away.add(name);
  }

  snapshot(): GameSnapshot {
    const { phase, round, items, rules, standings } = this.#ledger;
    this.#ranked ??= ranked(this.#ledger);
    const onSale = phase === 'bidding' ? this.#kinds.get(items[round] ?? '') : undefined;
    const next = phase === 'bidding' ? round + 1 : round;
    const coming =
      rules.order === 'secret' || phase === 'over'
        ? []
        : items.slice(next, next + MOST_COMING);
    const { bidders, budget, countToWin, price, order, win, secondsPerRound } = rules;
    return {
      phase,
      rules: {
        bidders,
        budget,
        countToWin,
        price,
        order,
        win,
        items: rules.items,
        secondsPerRound,
      },
      kinds: this.#kindRows,
      round,
      ...(onSale !== undefined && { onSale }),
      coming: coming.map((item) => this.#kinds.get(item)!),
      joined: standings.length,
      answered: this.#answered.size,
      standings: this.#ranked.slice(0, MOST_STANDINGS).map((one) => this.#row(one)),
      more: Math.max(0, standings.length - MOST_STANDINGS),
      sales: this.#sales(),
      ...(phase === 'over' && { result: resultOf(this.#ledger, this.#kinds) }),
    };
  }

  #row(standing: Standing): StandingRow {
    const { name, money, owned } = standing;
    const { phase, rules } = this.#ledger;
    // Once the game is over, a bidder who closes their program misses nothing.
    const isMissed = phase !== 'over' && this.#away.has(name);
    return {
      name,
      money,
      owned: Object.entries(owned)
        .map(([kind, count]): [number, number] => [this.#kinds.get(kind)!, count])
        .sort(([kindA, a], [kindB, b]) => b - a || kindA - kindB),
      answered: this.#answered.has(name),
      ...(isMissed && { away: true as const }),
      ...(rules.win === 'first-to'
        ? { missing: missing(this.#ledger, standing) }
        : { worth: worth(owned, rules) }),
    };
  }

  #sales(): GameSnapshot['sales'] {
    const { sales } = this.#ledger;
    const first = Math.max(0, sales.length - MOST_SALES);
    const latest = sales.slice(first).map(({ item, name, price }): SaleEntry => {
      const kind = this.#kinds.get(item)!;
      return name === undefined ? [kind] : [kind, price, name];
    });
    return { first, latest };
  }

  #check(event: BoardEvent): void {
    const { bidders, round } = this.#ledger;
    if ('item' in event && !this.#kinds.has(event.item)) {
      throw impossible(event, `the game has no kind ${event.item}`);
    }
    if ('round' in event && event.round !== round) {
      throw impossible(event, `this is round ${round}, not ${event.round}`);
    }
    const name = event.type === 'over' ? event.winner : 'name' in event && event.name;
    if (typeof name !== 'string') return;
    if (bidders.has(name) === (event.type === 'joined')) {
      throw impossible(
        event,
        `${name} has ${event.type === 'joined' ? '' : 'not '}joined`,
      );
    }
  }
}

function impossible({ type }: BoardEvent, why: string): MisuseError {
  return misuse(`the board heard '${type}', but ${why}`);
}
