/** Binary search. Pure. */

/**
 * How many of the first `length` places hold, in a row where those that hold all stand before those
 * that do not: so also the first place that does not.
 */
export function partitionPoint(
  length: number,
  holds: (place: number) => boolean,
): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
