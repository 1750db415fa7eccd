/**
 * The layout: a place for everything in an act, in units of whatever it is drawn with. Pure.
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
import { wayOut } from './ends.ts';
import type { Metrics } from './metrics.ts';
import type { Layout, PlacedArrow } from './placed.ts';
import type { Act, Arrow, End, Point } from './story.ts';

export function layOut(act: Act, metrics: Metrics): Layout {
  const across = placeAcross(act, metrics);
  const down = placeDown(act, across, metrics);
  const { top, bottom, axis } = down;
  const place = (point: Point | undefined, otherwise: number): number => {
    if (!point) return otherwise;
    return (point.mark && down.marks.get(point.mark)?.y) ?? axis.place(point.t);
  };
  const guess = new Guess(act.arrows, down, metrics);
  const places = { across, down, metrics, guess };
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
    lives: act.lives.map((life) => ({
      life,
      x: across.x(life.lane),
      top: place(life.from, top),
      bottom: place(life.to, bottom),
    })),
    marks: [...down.marks.values()],
    arrows: act.arrows.map((arrow) => placeArrow(arrow, places)),
  };
}

interface Places {
  across: Across;
  down: Down;
  metrics: Metrics;
  guess: Guess;
}

function placeArrow(arrow: Arrow, { across, down, metrics, guess }: Places): PlacedArrow {
  const { from, to } = arrow;
  const [begin, end] = [heightOf(from, down), heightOf(to, down)];
  const line = {
    x1: across.x(from.lane),
    y1: begin ?? guess.start(from.lane, to.lane, end!),
    x2: across.x(to.lane),
    y2: end ?? guess.stop(from.lane, to.lane, begin!),
  };
  const label = down.arrowLabels.get(arrow);
  return { arrow, label, ...line, ...wayOut(arrow, line, label, metrics) };
}

function heightOf(
  { mark, outside }: End,
  { marks, top, bottom }: Down,
): number | undefined {
  if (mark) return marks.get(mark)!.y;
  if (outside === undefined) return undefined;
  return outside === 'before' ? top : bottom;
}

/**
 * When an end was not seen: a little later than the beginning, or earlier than the end, and
 * never so that an answer would leave before the question has arrived.
 */
class Guess {
  readonly #drop: number;
  /** What left one lane for another, and what came to it from there; from top to bottom. */
  readonly #left = new Map<string, number[]>();
  readonly #came = new Map<string, number[]>();

  constructor(arrows: readonly Arrow[], down: Down, { drop }: Metrics) {
    this.#drop = drop;
    for (const { from, to } of arrows) {
      const [begin, end] = [heightOf(from, down), heightOf(to, down)];
      if (begin !== undefined && end !== undefined) continue;
      const [map, near, far, y] =
        begin === undefined
          ? [this.#came, to.lane, from.lane, end!]
          : [this.#left, from.lane, to.lane, begin];
      const key = `${near} ${far}`;
      map.set(key, [...(map.get(key) ?? []), y]);
    }
  }

  stop(from: number, to: number, begin: number): number {
    const answers = this.#came.get(`${from} ${to}`) ?? [];
    const next = answers.find((y) => y > begin) ?? Infinity;
    return Math.min(begin + this.#drop, (begin + next) / 2);
  }

  start(from: number, to: number, end: number): number {
    const questions = this.#left.get(`${to} ${from}`) ?? [];
    const before = questions.findLast((y) => y < end) ?? -Infinity;
    return Math.max(end - this.#drop, (before + end) / 2);
  }
}
