/** Jain's index: how evenly something is shared (Jain, Chiu, Hawe, DEC-TR-301, 1984). Pure. */

/** @returns from 1 ÷ n to 1; null where nobody has anything */
export function jain(shares: readonly number[]): number | null {
  const sum = shares.reduce((all, one) => all + one, 0);
  const squares = shares.reduce((all, one) => all + one * one, 0);
  return squares === 0
    ? null
    : Math.round((1000 * sum * sum) / (shares.length * squares)) / 1000;
}
