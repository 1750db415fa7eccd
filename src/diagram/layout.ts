/**
 * The layout: a place for everything in a scene, in units of whatever it is drawn with. Pure.
 * All pictures come from here, so that all show the same.
 *
 *   ms │ server     client
 *      │ :12000     :40001      columns.ts, across.ts   lanes and their headings
 *    1 │   │          │
 *      │   │          ┤ send    down.ts                 moments, one below the other, with as
 *    2 │   │◄──"hi"───┤                                 much room as their labels need
 *      ⋮   │ 2.5 s    │         axis.ts                 silence, cut out
 *   2500   ┤          │
 *
 * No two labels ever touch. A label belongs to one moment and stands beside it; a moment is
 * moved down until its labels are clear of all that stands above. So time only ever goes down,
 * and an arrow is slanted because its end is later than its beginning, by the same axis as
 * everything else.
 */
import { type Across, placeAcross } from './across.ts';
import { type Down, placeDown } from './down.ts';
import type { Metrics } from './metrics.ts';
import type { Layout, PlacedArrow } from './placed.ts';
import type { Arrow, End, Point, Scene } from './story.ts';

export function layOut(scene: Scene, metrics: Metrics): Layout {
  const across = placeAcross(scene, metrics);
  const down = placeDown(scene, across, metrics);
  const { top, bottom, axis } = down;
  const place = (point: Point | undefined, otherwise: number): number => {
    if (!point) return otherwise;
    return (point.mark && down.marks.get(point.mark)?.y) ?? axis.place(point.t);
  };
  return {
    width: across.width,
    height: bottom + metrics.line * 0.5 + metrics.border,
    top,
    bottom,
    gutter: across.gutter,
    unit: across.clock.unit,
    step: down.step,
    groups: across.groups.map((group) => ({
      ...group,
      top: place(group.group.started, top),
      bottom: place(group.group.ended, bottom),
    })),
    lanes: across.lanes.map((placed) => {
      const titles = down.titles.get(placed.lane.id);
      return titles ? { ...placed, titles } : placed;
    }),
    ticks: down.ticks,
    silences: down.silences,
    lives: scene.lives.map((life) => ({
      life,
      x: across.x(life.lane),
      top: place(life.from, top),
      bottom: place(life.to, bottom),
    })),
    marks: [...down.marks.values()],
    arrows: scene.arrows.map((arrow) => placeArrow(arrow, across, down, metrics)),
  };
}

function placeArrow(
  arrow: Arrow,
  across: Across,
  down: Down,
  { drop, grid, tip, pad }: Metrics,
): PlacedArrow {
  const { from, to, fate, kind } = arrow;
  const label = down.arrowLabels.get(arrow);
  const x1 = across.x(from.lane);
  const x2 = across.x(to.lane);
  const [begin, end] = [heightOf(from, down), heightOf(to, down)];
  const y1 = begin ?? end! - drop;
  const y2 = end ?? Math.min(begin! + drop, down.bottom);
  const line = { arrow, label, x1, y1, x2, y2 };
  if (to.outside === 'after') return { ...line, ending: 'edge' };
  if (fate === 'nobody' && kind === 'datagram') return { ...line, ending: 'query' };
  const reach = REACH[`${kind} ${fate}`];
  if (reach === undefined) return { ...line, ending: 'tip' };
  const length = Math.abs(x2 - x1);
  // Where the label stands on the arrow, the cross comes after it.
  const needed = label && grid ? label.width + pad + 2 : tip * 1.5;
  const way = Math.min(Math.max(length * reach, needed), Math.max(length - tip, 0));
  const x = x1 + Math.sign(x2 - x1) * (grid ? Math.round(way) : way);
  const share = length === 0 ? 1 : way / length;
  const y = grid ? y1 : y1 + (y2 - y1) * share;
  return { ...line, x2: x, y2: y, ending: 'cross' };
}

/** How much of its way an arrow goes that does not arrive. */
const REACH: Readonly<Record<string, number>> = {
  'datagram lost': 0.55,
  'datagram failed': 0.05,
  'bytes unread': 0.8,
  'handshake lost': 0.8,
};

function heightOf(
  { mark, outside }: End,
  { marks, top, bottom }: Down,
): number | undefined {
  if (mark) return marks.get(mark)!.y;
  if (outside === undefined) return undefined;
  return outside === 'before' ? top : bottom;
}
