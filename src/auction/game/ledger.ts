/**
 * The ledger: what everybody at the table knows, kept up to date from the public events.
 * Sealed bids never come here. Pure.
 *
 *   public events ──apply──► Ledger ──view(name)──► what `name` decides a bid on
 *
 * The auction itself keeps one, and so does each bidder's program, and the board.
 */
import type { AuctionEvent } from './events.ts';
import type { AuctionOptions } from './options.ts';

/** The rules of a game, as its bidders are told them: how the items were drawn is a secret. */
export type GameRules = Readonly<Omit<AuctionOptions, 'seed' | 'unsold'>>;

/** The events that are told to everybody. They never reveal a sealed bid. */
export type PublicEvent = Exclude<AuctionEvent, { type: 'bid' | 'passed' }>;

export type Phase = 'joining' | 'bidding' | 'over';

export interface Standing {
  readonly name: string;
  readonly money: number;
  /** How many of each kind; a kind not owned is missing. */
  readonly owned: Readonly<Record<string, number>>;
}

/** How a round ended. `name` is undefined when nobody bought the item; `price` is 0 then. */
export interface Sale {
  readonly item: string;
  readonly name: string | undefined;
  readonly price: number;
}

/** Everything that a bidder may know when it decides. */
export interface BidderView {
  /** The round, counted from 0: the number of sales so far. */
  readonly round: number;
  /** On sale now: `items[round]`. */
  readonly item: string;
  /** All items in their order; in a `secret` game only those up to now. */
  readonly items: readonly string[];
  readonly me: Standing;
  /** Everybody, including me, in the order of the seats. */
  readonly bidders: readonly Standing[];
  /** What has been sold: `sales[r]` ended round r. */
  readonly sales: readonly Sale[];
  readonly rules: GameRules;
}

/** A bidder's account at the table, where it changes. */
export interface Bidder extends Standing {
  money: number;
  owned: Record<string, number>;
}

export class Ledger {
  readonly rules: GameRules;
  readonly sales: Sale[] = [];
  phase: Phase = 'joining';
  winner: string | undefined;
  /** The round that was opened last; −1 before the first. */
  opened = -1;
  /** By name, in the order of their seats. */
  readonly bidders = new Map<string, Bidder>();
  readonly #items: string[];
  #standings: readonly Standing[] | undefined;

  /** @param items all of them; in a `secret` game, those shown so far */
  constructor(rules: GameRules, items: readonly string[] = []) {
    this.rules = rules;
    this.#items = [...items];
  }

  /** Counts from 0. */
  get round(): number {
    return this.sales.length;
  }

  /** Whether there is something to bid for: not between two rounds. */
  get isOpen(): boolean {
    return this.phase === 'bidding' && this.opened === this.round;
  }

  get items(): readonly string[] {
    return this.#items;
  }

  /** In the order of their seats. They are live: copy what must stay as it is. */
  get standings(): readonly Standing[] {
    this.#standings ??= [...this.bidders.values()];
    return this.#standings;
  }

  /** They stay as they are now. */
  copyStandings(): Bidder[] {
    return this.standings.map((one) => ({ ...one, owned: { ...one.owned } }));
  }

  apply(event: PublicEvent): void {
    switch (event.type) {
      case 'joined':
        this.bidders.set(event.name, {
          name: event.name,
          money: this.rules.budget,
          owned: {},
        });
        this.#standings = undefined;
        break;
      case 'freed':
        this.bidders.delete(event.name);
        this.#standings = undefined;
        break;
      case 'started':
        this.phase = 'bidding';
        break;
      case 'opened':
        this.#items[event.round] = event.item;
        this.opened = event.round;
        break;
      case 'sold': {
        const buyer = this.bidders.get(event.name)!;
        buyer.money -= event.price;
        buyer.owned[event.item] = (buyer.owned[event.item] ?? 0) + 1;
        this.sales.push({ item: event.item, name: event.name, price: event.price });
        break;
      }
      case 'unsold':
        this.sales.push({ item: event.item, name: undefined, price: 0 });
        break;
      case 'over':
        this.phase = 'over';
        this.winner = event.winner;
        break;
    }
  }

  /**
   * @returns undefined unless there is something to bid for and `name` sits at the table. A
   *   view is live: use it to decide now, do not keep it.
   */
  view(name: string): BidderView | undefined {
    const me = this.bidders.get(name);
    const item = this.#items[this.round];
    if (!this.isOpen || !me || item === undefined) return undefined;
    const items =
      this.rules.order === 'secret' ? this.#items.slice(0, this.round + 1) : this.#items;
    const { round, standings: bidders, sales, rules } = this;
    return { round, item, items, me, bidders, sales, rules };
  }
}

/** The options that bidders may know. */
export function gameRules(options: AuctionOptions): GameRules {
  const { seed: _seed, unsold: _unsold, ...rules } = options;
  return rules;
}
