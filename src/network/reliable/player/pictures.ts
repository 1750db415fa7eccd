/**
 * The pictures beside the arrows: those of the report, at the moment that the reader has reached,
 * and in the room that the player has. Pure.
 *
 * They share one axis of time. The page that shows them needs CURVES_STYLE.
 */
import { congestionWindows, roundTrips, sequence } from '../report/pictures.ts';
import { windowAt } from '../report/window-pictures.ts';
import type { Recorded } from './record.ts';

export type PictureName = 'congestion' | 'sequence' | 'trips' | 'window';

/** The room that a picture has beside the arrows. */
export const FRAME = { width: 400, margin: 30, line: 14, tall: 0.5 };

/** One a line: a page has only those that it shows. */
const DRAWN: Readonly<Record<PictureName, typeof sequence>> = {
  congestion: congestionWindows,
  sequence,
  trips: roundTrips,
  window: windowAt,
};

/** @param now the moment, milliseconds; undefined for all of the run */
export function pictureSvg(
  name: PictureName,
  { end, pictured }: Recorded,
  now?: number,
): string {
  return DRAWN[name](pictured, { frame: FRAME, until: end, now });
}
