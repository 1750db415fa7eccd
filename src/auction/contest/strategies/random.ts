/**
 * Bids any amount that it can pay, each equally likely. Pure.
 *
 * The yardstick: a strategy that does not clearly beat this one plays no better than dice.
 *
 * Weak because it looks at nothing. On average, half of its money is gone after the first purchase,
 * whatever was on sale; from then on it can only pick up what nobody wants.
 */
import type { Strategy } from './strategy.ts';

export const random: Strategy = {
  name: 'random',
  start:
    (random) =>
    ({ me }) =>
      Math.floor(random() * (me.money + 1)),
};
