/**
 * Asks what the item on sale changes, and pays that part of its money. Pure.
 *
 * A bidder who wins one item in n has won `need` of the next `count` with a chance that the
 * binomial distribution gives:
 *
 *   chance(need, count) = Σ C(count, k) · (1/n)^k · (1 − 1/n)^(count − k),  k = need … count
 *
 * To a bidder, the item is worth as much as it raises that bidder's chance. To us it is worth our
 * own rise, or the steepest rise of a rival, if that is more: what a rival gains, we lose.
 *
 * What we bid for that worth depends on what the winner pays. In a second-price auction a bid
 * decides only whether it wins, not what it costs: the true worth is the best bid (Vickrey
 * 1961). In a first-price auction that would leave no gain, so it pays to bid below
 * it: (n − 1)/n of it when n bidders value it independently and alike.
 *
 * Where the most valuable collection wins, an item is worth its share of all that is still to be
 * sold, in the money that is left to pay for it.
 *
 * It is weak because its model is weak: rivals do not win one item in n whatever they do, and it
 * looks at this round alone.
 */
import { allowed, coming, fairPrice, missing, surelyEnough } from './appraise.ts';
import type { BidderView } from '../../game/ledger.ts';
import type { Strategy } from './strategy.ts';

export const expectedValue: Strategy = {
  name: 'expected-value',
  start: () => (view) => {
    const { bidders, item, me, rules } = view;
    const n = bidders.length;
    const shade = rules.price === 'second' ? 1 : (n - 1) / n;
    if (rules.win === 'highest-value') return allowed(shade * fairPrice(view, me), view);
    if (missing(me, item, rules) === 1) return surelyEnough(view);
    return allowed(shade * worth(view) * me.money, view);
  },
};

function worth(view: BidderView): number {
  const { bidders, item, rules } = view;
  // A game seldom lasts longer than it takes to sell everybody's share of one collection.
  const horizon = rules.kinds.length * rules.countToWin;
  const count = Math.round(coming(view, item, horizon));
  let most = 0;
  for (const bidder of bidders) {
    const need = missing(bidder, item, rules);
    const rise =
      chance(need - 1, count, bidders.length) - chance(need, count, bidders.length);
    if (rise > most) most = rise;
  }
  return most;
}

/** The chance to win at least `need` of `count` items, each with a chance of 1 in `n`. */
function chance(need: number, count: number, n: number): number {
  if (need <= 0) return 1;
  if (need > count) return 0;
  if (n === 1) return 1;
  // The chance of less than that, term by term: each from the one before.
  let term = (1 - 1 / n) ** count;
  let less = 0;
  for (let k = 0; k < need; k += 1) {
    less += term;
    term *= (count - k) / ((k + 1) * (n - 1));
  }
  return 1 - less;
}
