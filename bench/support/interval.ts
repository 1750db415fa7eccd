/**
 * How sure you can be of a median. Pure.
 *
 * Of n values in order, the true median lies between the k-th from below and the k-th from above,
 * but for the chance that fewer than k of n coins show heads: twice that chance is the error. No
 * assumption about how the values are distributed is needed.
 *
 * Source: W. J. Conover, Practical Nonparametric Statistics, 3.2 (the quantile interval).
 */
import { median } from '../../src/common/index.ts';

export interface Interval {
  low: number;
  middle: number;
  high: number;
}

/** An interval that contains the median in at least 95 of 100 experiments, if n is 6 or more. */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = values.toSorted((one, other) => one - other);
  const k = Math.max(1, rank(sorted.length));
  return {
    low: sorted[k - 1] ?? NaN,
    middle: median(sorted),
    high: sorted.at(-k) ?? NaN,
  };
}

/** The greatest k for which at most 2.5 % of n tosses show fewer than k heads; 0 if none. */
function rank(n: number): number {
  let chance = 0.5 ** n;
  let below = 0;
  for (let heads = 0; heads < n; heads += 1) {
    below += chance;
    if (below > 0.025) return heads;
    chance *= (n - heads) / (heads + 1);
  }
  return n;
}
