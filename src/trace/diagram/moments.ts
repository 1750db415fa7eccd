/**
 * A moment: an event, and the labels that belong to it, placed as if it happened at y = 0.
 *
 *             ▔▔▔▔▔▔▔▔▔▔
 *               "hello" ▔▔▔                   the label of an arrow that begins here
 *   send 17 B ┤▁▁▁▁▁▁▁▁▁▁                     its own, on the side where no arrow is
 *                        ▔▔▔▔▔▔►
 *
 * Pure. Read next: down.ts, which gives the moments their places.
 */
import type { Across } from './across.ts';
import { type Box, fit, lowered, overlap, type Rectangle } from './boxes.ts';
import { LOOP, wayOut } from './ends.ts';
import type { Metrics } from './metrics.ts';
import type { Side } from './placed.ts';
import type { Act, Arrow, Lane, Mark, Words } from './story.ts';

export interface Moment {
  mark: Mark;
  x: number;
  side: Side;
  label: Box | undefined;
  arrows: [Arrow, Box][];
  /** The headings of lanes that take over a column here. */
  newcomers: { lane: number; boxes: Box[] }[];
  /** Points, and beginnings and ends of arrows, that no label may cover. */
  dots: Rectangle[];
}

export class Moments {
  readonly #across: Across;
  readonly #metrics: Metrics;
  readonly #labelled = new Map<Mark, Arrow[]>();
  readonly #ending = new Map<Mark, Arrow[]>();
  readonly #newcomers = new Map<Mark, Lane[]>();

  constructor(act: Act, across: Across, metrics: Metrics) {
    this.#across = across;
    this.#metrics = metrics;
    for (const arrow of act.arrows) {
      const { from, to } = arrow;
      append(this.#labelled, anchorOf(arrow), arrow);
      for (const mark of new Set([from.mark, to.mark])) {
        if (mark) append(this.#ending, mark, arrow);
      }
    }
    const headed = new Set<number>();
    const first = new Map<number, Mark>();
    for (const mark of act.marks) {
      if (mark.lane !== undefined && !first.has(mark.lane)) first.set(mark.lane, mark);
    }
    for (const lane of act.lanes) {
      const mark = first.get(lane.id);
      if (headed.has(lane.column) && mark) append(this.#newcomers, mark, lane);
      headed.add(lane.column);
    }
  }

  of(mark: Mark): Moment {
    if (mark.lane === undefined) return this.#endOfProcess(mark);
    const x = this.#across.x(mark.lane);
    const side = this.#across.sideOf(mark);
    const dots = [x, ...this.#otherEnds(mark)].map((end) => this.#dot(end));
    const label = this.#beside(mark.label, mark.lane, side);
    const moment: Moment = { mark, x, side, label, arrows: [], newcomers: [], dots };
    const taken: Rectangle[] = [...dots, ...(label ? [label] : [])];
    dots.push(...this.#stubs(mark));
    for (const arrow of this.#labelled.get(mark) ?? []) {
      const box = this.#onArrow(arrow);
      if (!box) continue;
      moment.arrows.push([arrow, this.#clear(box, taken)]);
    }
    for (const lane of this.#newcomers.get(mark) ?? []) {
      const { line, dot, rise, between } = this.#metrics;
      const boxes = this.#across.titles(lane, 0);
      const height = boxes.length * line + Math.max(dot, rise) + between;
      const above = boxes.map((box) => lowered(box, -height));
      moment.newcomers.push({ lane: lane.id, boxes: above });
    }
    return moment;
  }

  #endOfProcess(mark: Mark): Moment {
    const { textWidth, grid, line, rise } = this.#metrics;
    const middle = this.#across.groupX(mark.group);
    const text = mark.label[0]!;
    const width = textWidth(text);
    const left = middle - width / 2;
    const x = grid ? Math.round(left) : left;
    const label = { x, y: -rise, width, height: line, text };
    const nothing = { arrows: [], newcomers: [], dots: [] };
    return { mark, x: middle, side: 'right', label, ...nothing };
  }

  #beside(words: Words, lane: number, side: Side): Box | undefined {
    const { pad, rise, line } = this.#metrics;
    const x = this.#across.x(lane);
    const text = fit(words, this.#across.room(lane, side) - pad * 1.5, this.#metrics);
    if (text === undefined) return undefined;
    const width = this.#metrics.textWidth(text);
    const left =
      side === 'right' ? x + pad : x - pad - width + (this.#metrics.grid ? 1 : 0);
    return { x: left, y: -rise, width, height: line, text };
  }

  /** From the end at which the arrow has its label, towards the other. */
  #onArrow(arrow: Arrow): Box | undefined {
    const { pad, tip, above, line, grid, textWidth } = this.#metrics;
    const { from, to, label } = arrow;
    const atStart = anchorOf(arrow) === from.mark && from.mark !== undefined;
    const [near, far] = atStart ? [from, to] : [to, from];
    const [x, other] = [this.#across.x(near.lane), this.#across.x(far.lane)];
    const loops = x === other;
    const length = loops ? this.#across.room(near.lane, 'right') : Math.abs(other - x);
    const blanks = grid ? 2 : 0;
    const room = length - pad * 2 - blanks - (grid ? roomForEnd(arrow, tip) : tip);
    const words = fit(label, room, this.#metrics);
    if (words === undefined) return undefined;
    const text = grid && !loops ? ` ${words} ` : words;
    const width = textWidth(text);
    const offset = loops ? LOOP * textWidth(' ') + pad : pad;
    const left = other < x ? x - offset - width + (grid ? 1 : 0) : x + offset;
    let y = above ?? 0;
    if (above !== undefined && atStart) y = -above - line;
    return { x: left, y, width, height: line, text };
  }

  /** Moves a box until it is clear of the others of its moment: away from its arrow. */
  #clear(box: Box, taken: Rectangle[]): Box {
    const { line } = this.#metrics;
    const step = box.y < 0 ? -line : line;
    let free = box;
    while (taken.some((other) => overlap(other, free))) free = lowered(free, step);
    taken.push(free);
    return free;
  }

  /** An arrow may end at this time on a lane that is not the mark's. */
  #otherEnds(mark: Mark): number[] {
    return (this.#ending.get(mark) ?? []).flatMap(({ from, to }) =>
      [from, to]
        .filter((end) => end.mark === mark && end.lane !== mark.lane)
        .map(({ lane }) => this.#across.x(lane)),
    );
  }

  /** The arrows themselves, near the lane: further away they may run anywhere. */
  #stubs(mark: Mark): Rectangle[] {
    if (this.#metrics.grid) return [];
    const stubs: Rectangle[] = [];
    for (const arrow of this.#ending.get(mark) ?? []) {
      const { from, to } = arrow;
      const [start, stop] = [this.#across.x(from.lane), this.#across.x(to.lane)];
      if (from.mark === mark) stubs.push(stubOf(start, stop, 0));
      if (to.mark === mark) stubs.push(stubOf(stop, start, -STUB_HEIGHT));
      if (!to.mark) stubs.push(...this.#signOf(arrow, start, stop));
    }
    return stubs;
  }

  /** A cross or a question mark where an arrow ends that does not arrive. */
  #signOf(arrow: Arrow, x1: number, x2: number): Rectangle[] {
    const { drop, dot, tip } = this.#metrics;
    const line = { x1, y1: 0, x2, y2: drop };
    const out = wayOut(arrow, line, undefined, this.#metrics);
    if (out.ending !== 'cross' && out.ending !== 'query') return [];
    const half = dot * 2;
    const x = out.ending === 'query' ? out.x2 - Math.sign(x2 - x1) * tip : out.x2;
    return [{ x: x - half, y: out.y2 - half, width: half * 2, height: half * 2 }];
  }

  #dot(x: number): Rectangle {
    const { dot, grid } = this.#metrics;
    return grid
      ? { x, y: 0, width: 1, height: 1 }
      : { x: x - dot, y: -dot, width: dot * 2, height: dot * 2 };
  }
}

/** On the row of the label. An arrow that ends later has only its corner there. */
function roomForEnd({ from, to, fate }: Arrow, tip: number): number {
  if (fate === 'lost' || fate === 'unread' || fate === 'failed') return tip + 2;
  return from.mark && to.mark && from.mark.t !== to.mark.t ? 0 : tip;
}

/** In pixels. */
const STUB = 110;
const STUB_HEIGHT = 5;

function stubOf(x: number, other: number, y: number): Rectangle {
  const width = Math.min(Math.abs(other - x) / 2, STUB);
  return { x: other < x ? x - width : x, y, width, height: STUB_HEIGHT };
}

/** The mark beside which an arrow has its label. */
function anchorOf({ from, to, labelAtEnd }: Arrow): Mark {
  return (labelAtEnd ? (to.mark ?? from.mark) : (from.mark ?? to.mark))!;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
