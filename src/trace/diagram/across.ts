/**
 * From left to right: the numbers of the axis, then the lanes, as far from each other as the
 * width allows, with room outside for the labels of the outermost. Pure.
 */
import { percentile } from '../../common/index.ts';
import { type Box, fit } from './boxes.ts';
import { LOOP } from './ends.ts';
import type { Metrics } from './metrics.ts';
import type { PlacedGroup, PlacedLane, Side } from './placed.ts';
import type { Act, Group, Lane, Mark, Words } from './story.ts';
import { type Clock, clockFor } from './words.ts';

export interface Across {
  width: number;
  gutter: number;
  clock: Clock;
  groups: Omit<PlacedGroup, 'top' | 'bottom'>[];
  lanes: PlacedLane[];
  /** The height of the headings. */
  head: number;
  /** The middle of a lane. */
  x: (lane: number) => number;
  /** The middle of a process. */
  groupX: (group: number) => number;
  /** The room on one side of a lane. */
  room: (lane: number, side: Side) => number;
  /** A lane's heading, from `y` down. */
  titles: (lane: Lane, y: number) => Box[];
  sideOf: (mark: Mark) => Side;
}

export function placeAcross(act: Act, metrics: Metrics): Across {
  const { lanes, marks, from, to } = act;
  const { textWidth, pad, line, border, grid } = metrics;
  const clock = clockFor(from, to, shortestStep(marks));
  const numbers = [from, to].map((t) => textWidth(clock.write(t)));
  const gutter = border + Math.max(...numbers, textWidth('189 ms')) + pad;

  const sides = new Sides(act);
  const columnOf = new Map(lanes.map(({ id, column }) => [id, column]));
  const last = lanes.reduce((most, { column }) => Math.max(most, column), 0);
  const spreadFor = (brief: boolean): ReturnType<typeof spread> =>
    spread(
      last,
      metrics.width - gutter - border,
      outerLabels(act, sides, { last, metrics, brief }),
      metrics,
    );
  const generous = spreadFor(false);
  const enough = generous.gap >= Math.min(innerLabels(act, metrics), metrics.lane.most);
  const { left, right, gap } = enough ? generous : spreadFor(true);
  const round = (x: number): number => (grid ? Math.round(x) : x);
  const columnX = (column: number): number => round(gutter + left + column * gap);
  const width = columnX(last) + round(right) + border;

  const x = (lane: number): number => columnX(columnOf.get(lane)!);
  const room = (lane: number, side: Side): number => {
    const column = columnOf.get(lane)!;
    if (side === 'left') return x(lane) - (column === 0 ? gutter : columnX(column - 1));
    return (column === last ? width - border : columnX(column + 1)) - x(lane);
  };
  /** How far a lane's own ground reaches: half-way to its neighbour. */
  const reach = (lane: number): { left: number; right: number } => ({
    left: room(lane, 'left') / (columnOf.get(lane) === 0 ? 1 : 2),
    right: room(lane, 'right') / (columnOf.get(lane) === last ? 1 : 2),
  });
  const centred = (words: Words, middle: number, space: number, y: number): Box[] => {
    const text = fit(words, space, metrics);
    if (text === undefined || text === '') return [];
    const width = textWidth(text);
    return [{ x: round(middle - width / 2), y, width, height: line, text }];
  };
  const titles = ({ id, title, address }: Lane, y: number): Box[] => {
    const { left, right } = reach(id);
    const space = Math.min(left, right) * 2 - pad;
    return [title, address].flatMap((words, row) =>
      centred(words, x(id), space, y + row * line),
    );
  };

  const firstRow = border + line * (grid ? 1 : 1.3);
  const taken = new Set<number>();
  const placedLanes = lanes.map((lane): PlacedLane => {
    const isFirst = !taken.has(lane.column);
    taken.add(lane.column);
    return { lane, x: x(lane.id), titles: isFirst ? titles(lane, firstRow) : [] };
  });
  const groups = act.groups.map((group) => {
    const own = lanes.filter((lane) => lane.group === group.id).map(({ id }) => id);
    const start = Math.min(...own.map((lane) => x(lane) - reach(lane).left));
    const stop = Math.max(...own.map((lane) => x(lane) + reach(lane).right));
    const middle = (Math.min(...own.map(x)) + Math.max(...own.map(x))) / 2;
    const space = Math.min(middle - start, stop - middle) * 2 - pad;
    const [title] = centred(groupWords(group), middle, space, border);
    return { group, x: start, width: stop - start, middle, title };
  });
  return {
    width,
    gutter,
    clock,
    groups,
    lanes: placedLanes,
    head: firstRow + line * (grid ? 3 : 2.9),
    x,
    groupX: (id) => groups.find(({ group }) => group.id === id)!.middle,
    room,
    titles,
    sideOf: (mark) => sides.of(mark),
  };
}

function groupWords({ name, traced, nobody, pid }: Group): Words {
  // A process that only a relay saw has no pid; its heading says so if there is room:
  // `client, seen by the relay`.
  if (traced)
    return [pid === undefined ? name : `${name} (${pid})`, name.split(',', 1)[0]!];
  return [nobody ? 'nobody there' : 'not traced'];
}

/** The shortest time between two events: the axis should show that they differ. */
function shortestStep(marks: readonly Mark[]): number {
  let least = Infinity;
  for (const [place, { t }] of marks.entries()) {
    const step = t - (marks[place - 1]?.t ?? -Infinity);
    if (step > 0) least = Math.min(least, step);
  }
  return least === Infinity ? 1000 : least;
}

/** Labels go on the side of the lane that has no arrow. */
class Sides {
  readonly #ofMark = new Map<Mark, Side>();
  readonly #ofLane = new Map<number, Side>();

  constructor({ arrows, lanes }: Act) {
    const columnOf = new Map(lanes.map(({ id, column }) => [id, column]));
    const column = (lane: number): number => columnOf.get(lane)!;
    const pulls = new Map<Mark | number, number>();
    const pull = (key: Mark | number, direction: number): void =>
      void pulls.set(key, (pulls.get(key) ?? 0) + direction);
    for (const { from, to } of arrows) {
      const direction = Math.sign(column(to.lane) - column(from.lane));
      // A socket that sends to itself does so on its right.
      const there = from.lane === to.lane ? 1 : direction;
      const back = from.lane === to.lane ? 1 : -direction;
      pull(from.lane, there);
      pull(to.lane, back);
      if (from.mark?.lane === from.lane) pull(from.mark, there);
      if (to.mark?.lane === to.lane) pull(to.mark, back);
    }
    for (const [key, direction] of pulls) {
      if (direction === 0) continue;
      const side = direction > 0 ? 'left' : 'right';
      if (typeof key === 'number') this.#ofLane.set(key, side);
      else this.#ofMark.set(key, side);
    }
  }

  of(mark: Mark): Side {
    const lane = mark.lane === undefined ? undefined : this.#ofLane.get(mark.lane);
    return this.#ofMark.get(mark) ?? lane ?? 'right';
  }
}

interface Wishes {
  left: number;
  right: number;
  /** Less room than this is of no use. */
  least: number;
}

/**
 * How much room the labels outside the outermost lanes would like to have.
 * @param brief of each label the second length, where there is one
 */
function outerLabels(
  { marks, lanes, arrows }: Act,
  sides: Sides,
  { last, metrics, brief }: { last: number; metrics: Metrics; brief: boolean },
): Wishes {
  const { textWidth, pad } = metrics;
  const columnOf = new Map(lanes.map(({ id, column }) => [id, column]));
  const widest = { left: 0, right: 0 };
  for (const mark of marks) {
    if (mark.lane === undefined || mark.label.length === 0) continue;
    const side = sides.of(mark);
    if (columnOf.get(mark.lane) !== (side === 'left' ? 0 : last)) continue;
    const text = (brief ? mark.label[1] : undefined) ?? mark.label[0]!;
    widest[side] = Math.max(widest[side], textWidth(text));
  }
  for (const { from, to, label } of arrows) {
    if (from.lane !== to.lane || columnOf.get(from.lane) !== last) continue;
    const loop = textWidth(' ') * LOOP + pad + textWidth(label[0] ?? '');
    widest.right = Math.max(widest.right, loop);
  }
  const heading = (column: number): number =>
    lanes
      .filter((lane) => lane.column === column)
      .flatMap(({ title, address }) => [title.at(-1) ?? '', address.at(-1) ?? ''])
      .reduce((most, text) => Math.max(most, textWidth(text) / 2), 0);
  const title = textWidth('nobody there') / 2 + pad / 2;
  return {
    left: Math.max(widest.left + pad * 1.5, heading(0), title),
    right: Math.max(widest.right + pad * 1.5, heading(last), title),
    least: textWidth('connected') + pad * 1.5,
  };
}

/** How much room most labels of arrows would like to have between two lanes. */
function innerLabels({ arrows }: Act, { textWidth, pad, tip }: Metrics): number {
  const widths = arrows.map(({ label }) => textWidth(label[0] ?? ''));
  return (widths.length > 0 ? percentile(widths, 80) : 0) + pad * 3 + tip;
}

/** Shares the room out among the gaps between lanes and the two margins. */
function spread(
  last: number,
  room: number,
  wishes: Wishes,
  { lane, grid }: Metrics,
): { left: number; right: number; gap: number } {
  const share = room / (last + 1.8);
  const margin = (wish: number): number => {
    const width = Math.min(wish, Math.max(share * 0.9, wishes.least));
    return grid ? Math.ceil(width) : width;
  };
  const [left, right] = [margin(wishes.left), margin(wishes.right)];
  const gap = last === 0 ? share : (room - left - right) / last;
  const least = gap >= lane.tight ? lane.tight : lane.least;
  const wished = { left, right, gap: Math.min(Math.max(gap, least), lane.most) };
  return grid ? within(room, last, wished) : wished;
}

/** A terminal cannot be scrolled sideways: the margins give way, and then the lanes. */
function within(
  room: number,
  last: number,
  { left: wanted, right: other, gap }: { left: number; right: number; gap: number },
): { left: number; right: number; gap: number } {
  const spare = Math.floor(room - gap * last);
  const left = Math.min(wanted, Math.max(MARGIN, spare >> 1, spare - other));
  const right = Math.min(other, Math.max(MARGIN, spare - left));
  return { left, right, gap: Math.min(gap, (room - left - right) / Math.max(last, 1)) };
}

/** How much room a lane at the edge keeps beside it, in cells. */
const MARGIN = 5;
