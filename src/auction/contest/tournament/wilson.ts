/**
 * How far a win rate can be trusted. Pure.
 *
 * 55 wins of 100 are 55 %, but the next 100 games would give another number. The interval
 * of Wilson says between which rates the true one lies, with 95 % confidence:
 *
 *            1      ⎛    z²        ____________________ ⎞
 *   ───────────── · ⎜p + ── ± z · √p(1−p)/n + z²/(4n²)  ⎟      p = wins / n
 *    1 + z²/n       ⎝    2n                             ⎠
 *
 * Unlike the simpler p ± z·√(p(1−p)/n) it stays between 0 and 1, and makes sense for no wins
 * at all. Two bots whose intervals lie apart differ; with overlapping ones, play more games.
 *
 * Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212.
 */

/** The normal distribution has 95 % of its weight within this many standard deviations. */
const Z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Without games nothing is known: from 0 to 1. */
export function wilson(wins: number, games: number): Interval {
  if (games === 0) return { low: 0, high: 1 };
  const rate = wins / games;
  const square = (Z * Z) / games;
  const middle = rate + square / 2;
  const reach = Z * Math.sqrt((rate * (1 - rate)) / games + square / (4 * games));
  return {
    // Without wins the lower end is 0, with wins alone the upper end is 1; rounding misses that.
    low: wins === 0 ? 0 : (middle - reach) / (1 + square),
    high: wins === games ? 1 : (middle + reach) / (1 + square),
  };
}
