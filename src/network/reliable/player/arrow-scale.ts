/** Where things stand in a picture of arrows: time downward, an end on each side. Pure. */
import type { Crossing, Recorded } from './record.ts';

export const WIDTH = 400;
export const LEFT = 98;
/** Beside it is room for a line of the labels at their widest, and ` +9`. */
export const RIGHT = 272;
export const TOP = 30;
const BOTTOM = 14;
/** The height of a label's line. */
export const LINE = 12;
/** How steep a delay is, and the scale's limits, pixels for each millisecond. */
const SLOPE = 40;
const SCALES = [0.05, 4] as const;
/** How many packets, and how many pixels downward, a picture has at most. */
const MOST = 300;
const TALLEST = 20_000;
/** How large the mark of a time-out is. */
export const CLOCK = 5;

/** Where things stand: time downward, in pixels. */
export interface Scale {
  y: (time: number) => number;
  shown: readonly Crossing[];
  height: number;
  end: number;
}

export function scaleOf({ crossings, delay, end }: Recorded): Scale {
  const [least, most] = SCALES;
  const perMs = Math.min(most, Math.max(least, SLOPE / Math.max(1, delay)));
  const y = (time: number): number => TOP + time * perMs;
  const shown = crossings.slice(0, MOST).filter((one) => y(arrivalOf(one)) <= TALLEST);
  const left = crossings.length > shown.length;
  // A sender that doubles its time-out may go on for hours.
  const last = left
    ? Math.max(0, ...shown.map(arrivalOf))
    : Math.min(end, TALLEST / perMs);
  return { y, shown, height: y(last) + BOTTOM + (left ? 2 * LINE : 0), end: last };
}

/** When the crossing is over. */
export function arrivalOf({ arrivals, leaves, lostAt }: Crossing): number {
  return lostAt ?? Math.max(leaves, ...arrivals.slice(0, 1));
}
