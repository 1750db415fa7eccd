/**
 * Chooses one kind and buys that. Pure.
 *
 * It looks down the list of items for the kind of which it could own enough soonest, and spreads
 * its money evenly over the ones that are missing: a third, a half, all. For anything else it bids
 * 0, which wins only what nobody wants. When others buy its items, another kind may come first, and
 * it switches to that.
 *
 * In a secret order there is no list: it stays with the kind of which it owns most. Where the
 * most valuable collection wins, it wants the kind that is worth most in all, and counts on
 * getting every second one.
 *
 * Weak because it can be read. Everybody who looks at the list finds the same kind, bids the
 * same third, and the earliest answer wins the tie; and one coin more always beats it.
 */
import { allowed, coming, missing, valueOf } from './appraise.ts';
import type { BidderView } from '../../game/ledger.ts';
import type { Strategy } from './strategy.ts';

export const target: Strategy = {
  name: 'target',
  start: () => (view) => {
    const { item, me, rules } = view;
    if (rules.win === 'highest-value') {
      if (item !== mostValuable(view)) return 0;
      return allowed((2 * me.money) / (1 + coming(view, item)), view);
    }
    const goal = rules.order === 'known' ? soonest(view) : mostOwned(view);
    return item === goal ? allowed(me.money / missing(me, item, rules), view) : 0;
  },
};

/** The kind of which the missing items have come first, if all of them are won. */
function soonest({ items, me, round, rules }: BidderView): string | undefined {
  const left = new Map(rules.kinds.map((kind) => [kind, missing(me, kind, rules)]));
  for (let index = round; index < items.length; index += 1) {
    const kind = items[index]!;
    const still = left.get(kind)! - 1;
    if (still === 0) return kind;
    left.set(kind, still);
  }
  return undefined;
}

/** Between equals the one on sale, so that it starts with the first item that comes. */
function mostOwned({ item, me, rules }: BidderView): string {
  let best = item;
  for (const kind of rules.kinds) {
    if ((me.owned[kind] ?? 0) > (me.owned[best] ?? 0)) best = kind;
  }
  return best;
}

function mostValuable(view: BidderView): string | undefined {
  let best: { kind: string; total: number } | undefined;
  for (const kind of view.rules.kinds) {
    const count = coming(view, kind) + (kind === view.item ? 1 : 0);
    const total = count * valueOf(kind, view.rules);
    if (!best || total > best.total) best = { kind, total };
  }
  return best?.kind;
}
