/**
 * What a strategy is: a function from what a bidder knows to what it bids.
 *
 *   BidderView ──determineBid──► a whole number from 0 to me.money
 *                                null or undefined: no bid in this round
 *
 * The strategies in this folder are pure: everything that they use is in the view, and what they
 * leave to chance comes from the numbers handed to them. They answer at once, so that a tournament
 * can play thousands of games a second. A bot in a file of its own may take its time: see bots/.
 *
 * Read next: random.ts, the simplest; then patient.ts, target.ts, blocker.ts and
 * expected-value.ts, in this order. appraise.ts is what they have in common.
 */
import type { BidderView } from '../../game/ledger.ts';

/** null and undefined pass: no bid in this round. */
export type Bid = number | null | undefined;

/** What a bot's file exports. */
export type DetermineBid = (view: BidderView) => Bid | Promise<Bid>;

export interface Strategy {
  readonly name: string;
  /** @param random numbers from 0 up to 1: all the chance that it has in one game */
  readonly start: (random: () => number) => (view: BidderView) => Bid;
}
