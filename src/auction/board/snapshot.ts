/**
 * What the board's server tells its pages: one whole snapshot, again and again. Types only,
 * since the page's scripts are checked against them as well. docs/auction-board.md shows one.
 *
 * A kind is a number here, its place in `kinds`. All counts start at 0.
 */

export interface BoardSnapshot {
  /** The version of this form. */
  version: 1;
  /** Whether the board hears the auctioneer. If not, `game` is the last that it heard. */
  live: boolean;
  /** How to join; shown until the game has begun. */
  join: {
    where?: string;
    code?: string;
    /** The page for phones; `/join.svg` is its QR code, if they can reach it. */
    page?: string;
    qr?: true;
    /** What to type to join with a program. */
    command?: string;
  };
  /**
   * Until the round's deadline, when it has one. Simplification: a board in a process of its
   * own counts from when it heard of the round; if it comes late, it shows more than is left.
   */
  secondsLeft?: number;
  /** What went wrong beside the game, in words; the latest 3. */
  notices: string[];
  /** Missing until an auctioneer has been heard. */
  game?: GameSnapshot;
}

export interface GameSnapshot {
  phase: 'joining' | 'bidding' | 'over';
  rules: {
    bidders: number;
    budget: number;
    countToWin: number;
    price: 'first' | 'second';
    order: 'known' | 'secret';
    win: 'first-to' | 'highest-value';
    /** The largest number of rounds. */
    items: number;
    /** 0 for no deadline. */
    secondsPerRound: number;
  };
  kinds: { name: string; mark: string; value: number }[];
  round: number;
  /** The kind; not there before the start and after the end. */
  onSale?: number;
  /** The next kinds, at most 10; none in a game that keeps them secret. */
  coming: number[];
  joined: number;
  answered: number;
  /** The closest to winning first, at most 40. */
  standings: StandingRow[];
  /** How many more bidders there are. */
  more: number;
  /** How the latest 300 rounds have ended: rounds `first`, `first + 1`, … */
  sales: { first: number; latest: SaleEntry[] };
  /** Missing until the end. */
  result?: BoardResult;
}

export interface StandingRow {
  name: string;
  money: number;
  /** [kind, how many], most first. */
  owned: [number, number][];
  /** Whether this bidder has answered in this round; never how. */
  answered: boolean;
  /** Whether this bidder has left and is not back. */
  away?: true;
  /** In a `first-to` game: how many of one kind are still missing. */
  missing?: number;
  /** In a `highest-value` game. */
  worth?: number;
}

/** [kind, price, buyer]; the kind alone when nobody bought it. */
export type SaleEntry = [kind: number, price: number, buyer: string] | [kind: number];

/** Why the winner has won. */
export type BoardResult =
  | { how: 'nobody' }
  | {
      how: 'collected';
      winner: string;
      kind: number;
      count: number;
      /** The latest 8 of that kind. */
      bought: { round: number; price: number }[];
    }
  | {
      how: 'worth';
      winner: string;
      worth: number;
      money: number;
      /** Who came second, if anybody. */
      second?: { name: string; worth: number; money: number };
    };
