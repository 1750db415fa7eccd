/**
 * The one median and the one percentile of this repository: of its programs, its benchmarks, its
 * book and its tests. Pure.
 *
 *     values              1  2  3  10
 *     median              2.5             between the two in the middle
 *     50th percentile     2               half of the values are no greater
 *     90th, 99th, 100th   10
 *
 * A median sums up repeated measurements, so it may lie between two of them. A percentile says how
 * many messages were at least this fast, so it is always one of the measured times.
 */

/**
 * The value in the middle, or the mean of the two in the middle when the number of values is even.
 * NaN when there are none.
 */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return ((sorted[low] ?? NaN) + (sorted[high] ?? NaN)) / 2;
}

/**
 * The nearest rank: the smallest of the values that at least `percent` of 100 do not exceed. NaN
 * when there are none.
 *
 * @param percent 0 (the least value) to 100 (the greatest)
 */
export function percentile(values: Iterable<number>, percent: number): number {
  const sorted = Float64Array.from(values).sort();
  // Multiplied first: 0.07 × 100 is a little more than 7, and would be the eighth.
  const rank = Math.ceil((percent * sorted.length) / 100);
  return sorted[Math.max(0, rank - 1)] ?? NaN;
}
