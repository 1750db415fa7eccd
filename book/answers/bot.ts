/** Turns a function that decides into a bot for a tournament in this process. */
import type { BidderView, Bot, BotDecision } from '../../src/auction/index.ts';

export function botOf(name: string, determineBid: (view: BidderView) => number): Bot {
  const decideNow = (view: BidderView): BotDecision => {
    return { type: 'bid', amount: determineBid(view) };
  };
  const decide = async (view: BidderView): Promise<BotDecision> => decideNow(view);
  return { name, begin: () => {}, decide, decideNow, close: async () => {} };
}
