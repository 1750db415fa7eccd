/**
 * Watches what the others need. Pure.
 *
 * Whenever a rival would win with the item on sale, it outbids them: nobody can pay more than
 * they have, and everybody knows how much that is, so one coin more is safe. Otherwise it spends
 * little, so that it has the money for the next time. It wins late, when nobody else can pay.
 *
 * Where the most valuable collection wins, it looks at the leader, and offers one coin more
 * than the leader's fair price.
 *
 * Weak because everybody profits from a block and one pays for it (a free-rider problem): at
 * a table of several blockers the one who leaves it to the others wins.
 */
import { allowed, fairPrice, missing, surelyEnough } from './appraise.ts';
import type { BidderView, Standing } from '../../game/ledger.ts';
import { worth } from '../../game/sale.ts';
import type { Strategy } from './strategy.ts';

/** The part of its money that it offers for an item that is not a threat. */
const LITTLE = 0.1;

export const blocker: Strategy = {
  name: 'blocker',
  start: () => (view) => {
    const { item, me, rules } = view;
    if (rules.win === 'highest-value') return outbidLeader(view);
    if (missing(me, item, rules) === 1) return surelyEnough(view);
    const threat = richest(view, (rival) => missing(rival, item, rules) === 1);
    if (threat) return allowed(threat.money + 1, view);
    return allowed(LITTLE * me.money, view);
  },
};

function outbidLeader(view: BidderView): number {
  const { bidders, me, rules } = view;
  let leader: Standing = me;
  let most = worth(me.owned, rules);
  for (const bidder of bidders) {
    const value = worth(bidder.owned, rules);
    if (value > most) [leader, most] = [bidder, value];
  }
  const own = fairPrice(view, me);
  if (leader.name === me.name) return allowed(own, view);
  return allowed(Math.max(own, fairPrice(view, leader) + 1), view);
}

function richest(
  { bidders, me }: BidderView,
  counts: (rival: Standing) => boolean,
): Standing | undefined {
  let found: Standing | undefined;
  for (const bidder of bidders) {
    if (bidder.name === me.name || !counts(bidder)) continue;
    if (!found || bidder.money > found.money) found = bidder;
  }
  return found;
}
