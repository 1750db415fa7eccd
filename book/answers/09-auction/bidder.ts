/**
 * Answer: Work out which kind you can own three of soonest. Collect that one, spread
 * your money over the items that you still need, and bid nothing for the others.
 *
 * But such a bidder is easy to read: a rival who sees what you want bids one coin more.
 * `socketlab auction tournament` has bots that do.
 * See:
 *   against a random bidder it wins most of 500 games: true
 */
import { type BidderView, openBot, playTournament } from '../../../src/auction/index.ts';
import { botOf } from '../bot.ts';

const GOAL = 3; // this many of a kind win

function determineBid({ item, items, me, round }: BidderView): number {
  const owned = (kind: string): number => me.owned[kind] ?? 0;
  if (soonest(items.slice(round), owned) !== item) return 0;
  return Math.floor(me.money / (GOAL - owned(item)));
}

/** The kind of which enough will have come first. */
function soonest(items: readonly string[], owned: (kind: string) => number): string {
  const came = new Map<string, number>();
  for (const kind of items) {
    const count = (came.get(kind) ?? owned(kind)) + 1;
    if (count >= GOAL) return kind;
    came.set(kind, count);
  }
  return '';
}

const bots = [await openBot('random'), botOf('better', determineBid)];
const { ranking } = await playTournament(bots, { games: 500 });
const { wins } = ranking.find(({ name }) => name === 'better')!;
console.log(`against a random bidder it wins most of 500 games: ${wins > 400}`);
for (const bot of bots) await bot.close();
