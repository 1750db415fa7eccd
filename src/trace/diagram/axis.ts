/**
 * Time on paper. One axis for all lanes: whatever happened later is drawn lower. Pure.
 *
 * Sockets are silent most of the time, so the axis is true to scale only where something
 * happens. The rule, for the time between one event and the next:
 *
 *   one line stands for a step     the length that three quarters of all such times do not
 *                                  exceed, rounded up to 1, 2 or 5 times a power of ten
 *   at least `least`               so that what happens at almost the same time can be told apart
 *   at most `most` lines           anything longer is silence: it is cut out, and its true length
 *                                  stands in the gap
 *
 * Labels may need more room than that; then the layout gives it to them.
 */
import { partitionPoint, percentile } from '../../common/index.ts';

export interface Scale {
  /** µs that one line stands for. */
  step: number;
  /** µs above which a time is silence. */
  silence: number;
}

/** @param gaps the times between neighbours, in µs */
export function scaleFor(gaps: readonly number[], most: number): Scale {
  const lengths = gaps.filter((gap) => gap > 0);
  // Fewer times than this do not show what is usual here.
  const usual = lengths.length > 0 ? percentile(lengths, 75) : 1;
  const step = roundUp(usual);
  return { step, silence: step * most };
}

function roundUp(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  const factor =
    [1, 2, 5].find((candidate) => candidate * power >= length * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** How many lines a time takes; undefined for silence. */
export function linesFor(
  gap: number,
  { step, silence }: Scale,
  least: number,
): number | undefined {
  if (gap > silence) return undefined;
  return Math.max(least, gap / step);
}

/** Where every time stands, once the layout has placed the events. */
export class Axis {
  readonly #times: number[] = [];
  readonly #places: number[] = [];

  /** In the order of time. */
  add(t: number, y: number): void {
    this.#times.push(t);
    this.#places.push(y);
  }

  /**
   * Between the events it is true to scale; before the first and after the last it stands still.
   */
  place(t: number): number {
    const times = this.#times;
    const next = partitionPoint(times.length, (place) => times[place]! < t);
    if (next === times.length) return this.#places.at(-1) ?? 0;
    if (next === 0 || times[next] === t) return this.#places[next]!;
    const [before, after] = [times[next - 1]!, times[next]!];
    const share = (t - before) / (after - before);
    const [above, below] = [this.#places[next - 1]!, this.#places[next]!];
    return above + share * (below - above);
  }
}
