/**
 * What the strategies work out from a view: what is missing, what is coming, what it may cost.
 * Pure.
 */
import type { BidderView, GameRules, Standing } from '../../game/ledger.ts';

/** How far ahead items are counted one by one; beyond, each kind is taken as equally likely. */
const FAR = 500;

/** How many of `kind` a bidder still needs to win a `first-to` game; 1 or more. */
export function missing(who: Standing, kind: string, rules: GameRules): number {
  return rules.countToWin - (who.owned[kind] ?? 0);
}

/** What one item of `kind` is worth in a `highest-value` game. */
export function valueOf(kind: string, rules: GameRules): number {
  return rules.values[kind] ?? 1;
}

/**
 * How many of `kind` are sold after this round, of the next `horizon` items. Exact where
 * the items are known, the average where they are secret.
 */
export function coming(view: BidderView, kind: string, horizon = Infinity): number {
  const { items, round, rules } = view;
  const first = round + 1;
  const end = Math.min(rules.items, first + horizon);
  const known = Math.min(items.length, end, first + FAR);
  let count = 0;
  for (let index = first; index < known; index += 1) {
    if (items[index] === kind) count += 1;
  }
  return count + (end - Math.max(first, known)) / rules.kinds.length;
}

/** The most money that anybody else has; 0 when there is nobody else. */
export function richestRival({ bidders, me }: BidderView): number {
  let most = 0;
  for (const { name, money } of bidders) {
    if (name !== me.name && money > most) most = money;
  }
  return most;
}

/** A bid that nobody can beat, and not a coin more; all the money if that is too little. */
export function surelyEnough(view: BidderView): number {
  return Math.min(view.me.money, richestRival(view) + 1);
}

/**
 * What `who` can pay for the item on sale in a `highest-value` game if they spread their money
 * over their fair share of all that is still sold: money left at the end buys nothing.
 */
export function fairPrice(view: BidderView, who: Standing): number {
  const { bidders, item, rules } = view;
  const value = valueOf(item, rules);
  if (value === 0) return 0;
  let total = value;
  for (const kind of rules.kinds) total += coming(view, kind) * valueOf(kind, rules);
  return Math.min(who.money, (who.money * value * bidders.length) / total);
}

/** The nearest bid that is allowed: whole, and between 0 and what the bidder has. */
export function allowed(amount: number, { me }: BidderView): number {
  return Math.max(0, Math.min(me.money, Math.floor(amount)));
}
