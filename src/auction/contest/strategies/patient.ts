/**
 * Lets the others pay first. Pure.
 *
 * Money that is spent does not come back, and everybody sees how much everybody has left. So
 * it bids little until its rivals have spent theirs, and buys when one coin more than the
 * richest of them has is no more than its own even share: half of its money if it needs two
 * more, all of it if it needs one.
 *
 * Where the most valuable collection wins, it bids half of a fair price until half of the
 * items are sold. What it has saved makes its fair share of the other half larger.
 *
 * Weak against quick rivals: one who spends a third of their money on each of three items has
 * won before the others are poor. It never stops anybody.
 */
import { allowed, fairPrice, missing, richestRival } from './appraise.ts';
import type { Strategy } from './strategy.ts';

/** The part of its money that it offers in the meantime. */
const LITTLE = 0.1;

export const patient: Strategy = {
  name: 'patient',
  start: () => (view) => {
    const { item, me, round, rules } = view;
    if (rules.win === 'highest-value') {
      const haste = round < rules.items / 2 ? 0.5 : 1;
      return allowed(haste * fairPrice(view, me), view);
    }
    const need = missing(me, item, rules);
    const sure = richestRival(view) + 1;
    // With one item missing, money is good for nothing else: whatever there is.
    if (need === 1 || sure <= me.money / need) return allowed(sure, view);
    return allowed(LITTLE * me.money, view);
  },
};
