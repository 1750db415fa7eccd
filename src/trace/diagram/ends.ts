/**
 * How arrows end: most with a tip where something was received, some before they arrive. Pure.
 *
 *   ──────────►┤   it arrives, or would, if somebody had looked
 *   ─────✗         it was lost, refused, or never read
 *   ──────────?┤   nobody knows who is there
 */
import type { Box } from './boxes.ts';
import type { Metrics } from './metrics.ts';
import type { Ending } from './placed.ts';
import type { Arrow } from './story.ts';

export interface WayOut {
  ending: Ending;
  x2: number;
  y2: number;
}

/** Of an arrow from one point, whose other end is known or not (then it is a little later). */
export function wayOut(
  arrow: Arrow,
  line: { x1: number; y1: number; x2: number; y2: number },
  label: Box | undefined,
  { grid, tip, pad }: Metrics,
): WayOut {
  const { x1, y1, x2, y2 } = line;
  const { kind, fate, to } = arrow;
  if (to.outside === 'after') return { ending: 'edge', x2, y2 };
  if (fate === 'nobody' && kind === 'datagram') return { ending: 'query', x2, y2 };
  const reach = REACH[`${kind} ${fate}`];
  if (reach === undefined) return { ending: 'tip', x2, y2 };
  const length = Math.abs(x2 - x1);
  // Where the label stands on the arrow, the cross comes after it.
  const needed = label && grid ? label.width + pad + 2 : tip * 1.5;
  const way = Math.min(Math.max(length * reach, needed), Math.max(length - tip, 0));
  const x = x1 + Math.sign(x2 - x1) * (grid ? Math.round(way) : way);
  const share = length === 0 ? 1 : way / length;
  return { ending: 'cross', x2: x, y2: grid ? y1 : y1 + (y2 - y1) * share };
}

/** How far an arrow goes that does not arrive. */
const REACH: Readonly<Record<string, number>> = {
  'datagram lost': 0.55,
  'datagram failed': 0.05,
  'bytes lost': 0.55,
  'bytes unread': 0.8,
  'bytes failed': 0.05,
  'handshake lost': 0.8,
};

/** How many letters wide the arrow of a socket to itself is. */
export const LOOP = 3;
