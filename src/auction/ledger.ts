/**
 * The ledger: what everybody at the table knows, kept up to date by what everybody hears.
 * Sealed bids never come here. Pure.
 *
 *   public events ──apply──► Ledger ──view(name)──► what `name` decides a bid on
 *
 * A bidder's program keeps one, the board shows one, a tournament asks its bots with one.
 */
import type { AuctionEvent } from './events.ts';
import type { AuctionOptions } from './options.ts';

/** The rules of a game, as its bidders are told them: how the items were drawn is a secret. */
export type GameRules = Readonly<Omit<AuctionOptions, 'seed' | 'unsold'>>;

/** What a bid never reveals: the events that are told to all. */
export type PublicEvent = Exclude<AuctionEvent, { type: 'bid' | 'passed' }>;

export interface Standing {
  readonly name: string;
  readonly money: number;
  /** How many of each kind; a kind not owned is not there. */
  readonly owned: Readonly<Record<string, number>>;
}

/** How a round ended. `name` is undefined when nobody bought the item; `price` is 0 then. */
export interface Sale {
  readonly item: string;
  readonly name: string | undefined;
  readonly price: number;
}

/** What a bidder may decide on: everything that he is allowed to know. */
export interface BidderView {
  /** The round, counted from 0: the number of sales so far. */
  readonly round: number;
  /** On sale now: `items[round]`. */
  readonly item: string;
  /** All items in their order; in a `secret` game only those up to now. */
  readonly items: readonly string[];
  readonly me: Standing;
  /** Everybody, me too, in the order of the seats. */
  readonly bidders: readonly Standing[];
  /** What has been sold: `sales[r]` ended round r. */
  readonly sales: readonly Sale[];
  readonly rules: GameRules;
}

interface Account extends Standing {
  money: number;
  owned: Record<string, number>;
}

export class Ledger {
  readonly rules: GameRules;
  readonly sales: Sale[] = [];
  phase: 'joining' | 'bidding' | 'over' = 'joining';
  winner: string | undefined;
  readonly #items: string[];
  readonly #accounts = new Map<string, Account>();
  #standings: readonly Standing[] | undefined;

  /** @param items all, or in a `secret` game those known so far; see `reveal` */
  constructor(rules: GameRules, items: readonly string[] = []) {
    this.rules = rules;
    this.#items = [...items];
  }

  /** Counts from 0. */
  get round(): number {
    return this.sales.length;
  }

  get items(): readonly string[] {
    return this.#items;
  }

  /** In the order of their seats. They are live: copy what must stay as it is. */
  get standings(): readonly Standing[] {
    this.#standings ??= [...this.#accounts.values()];
    return this.#standings;
  }

  standing(name: string): Standing | undefined {
    return this.#accounts.get(name);
  }

  /** Says what is on sale in a round whose item was not known before. */
  reveal(round: number, item: string): void {
    this.#items[round] = item;
  }

  apply(event: PublicEvent): void {
    switch (event.type) {
      case 'joined':
        this.#accounts.set(event.name, {
          name: event.name,
          money: this.rules.budget,
          owned: {},
        });
        this.#standings = undefined;
        break;
      case 'started':
        this.phase = 'bidding';
        break;
      case 'sold': {
        const buyer = this.#accounts.get(event.name)!;
        buyer.money -= event.price;
        buyer.owned[event.item] = (buyer.owned[event.item] ?? 0) + 1;
        this.#close({ item: event.item, name: event.name, price: event.price });
        break;
      }
      case 'unsold':
        this.#close({ item: event.item, name: undefined, price: 0 });
        break;
      case 'over':
        this.phase = 'over';
        this.winner = event.winner;
        break;
    }
  }

  /**
   * @returns undefined unless there is something to bid for, and `name` sits at the table.
   *   What it holds is live, too: a view is for deciding now, not for keeping.
   */
  view(name: string): BidderView | undefined {
    const me = this.#accounts.get(name);
    const item = this.#items[this.round];
    if (this.phase !== 'bidding' || !me || item === undefined) return undefined;
    const items =
      this.rules.order === 'secret' ? this.#items.slice(0, this.round + 1) : this.#items;
    const { round, standings: bidders, sales, rules } = this;
    return { round, item, items, me, bidders, sales, rules };
  }

  #close(sale: Sale): void {
    this.#items[this.sales.length] = sale.item;
    this.sales.push(sale);
  }
}

/** What of the options is told to bidders. */
export function gameRules(options: AuctionOptions): GameRules {
  const { seed: _seed, unsold: _unsold, ...rules } = options;
  return rules;
}
