/**
 * One game of a tournament, and the interface to what plays it: by the rules alone, or over real
 * sockets. Either way the same plan has the same result, unless a bot makes random choices of its
 * own.
 *
 * Read next: in-process.ts, over-sockets.ts.
 */
import type { AuctionOptions } from '../../game/options.ts';
import type { Bot, FaultKind } from '../bots/bot.ts';

export interface GamePlan {
  /** With the seed of this game, and as many bidders as there are bots. */
  readonly options: AuctionOptions;
  /** In the order of their seats, which is the order in which their bids arrive. */
  readonly bots: readonly Bot[];
  /** When it aborts, the game is left as it is and has no result. */
  readonly signal?: AbortSignal | undefined;
}

export interface GameResult {
  /** The winner's seat; undefined when nobody has won. */
  readonly winner: number | undefined;
  readonly rounds: number;
  /** In the order of the seats. */
  readonly seats: readonly SeatResult[];
  /** The bids that were lost, in the order of the rounds. */
  readonly faults: readonly GameFault[];
}

interface SeatResult {
  readonly money: number;
  readonly items: number;
  /** What the items are worth together, by the values of a `highest-value` game. */
  readonly value: number;
}

export interface GameFault {
  readonly seat: number;
  readonly round: number;
  readonly kind: FaultKind;
  readonly words: string;
}

export interface GameRunner {
  /** What it is called in the report. */
  readonly name: string;
  /**
   * A result at once where nothing has to be waited for: a promise for each game would cost
   * as much as the game. Undefined when the plan's signal aborted.
   */
  play(plan: GamePlan): GameResult | undefined | Promise<GameResult | undefined>;
}
