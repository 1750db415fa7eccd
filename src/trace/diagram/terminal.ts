/**
 * A layout in the characters of a terminal. Pure: a layout in, lines of text out.
 *
 *    ms   server              client
 *         1: UDP              1: UDP
 *         :12000              :40001
 *   301.0   │      ╭─ "hello" ──┤ send 5 B       an arrow goes down in steps, as many
 *   301.3   ┤◄─────╯            │                as its end is lower
 */
import { asciiOf } from './ascii.ts';
import { Canvas } from './canvas.ts';
import { LOOP } from './ends.ts';
import type { Weight } from './glyphs.ts';
import type { Layout, PlacedArrow, PlacedLife, PlacedMark } from './placed.ts';
import type { Act, LifeKind, Mark, Tone } from './story.ts';

export interface TerminalOptions {
  ascii: boolean;
  paint: Painter;
}

/** Colours a text: as a talk, by its number, or by its meaning. */
export type Painter = (text: string, style: Style) => string;
type Style = number | 'plain' | 'dim' | 'bold' | 'bad';

const STYLES: Record<Tone, string> = { normal: 'plain', quiet: 'dim', bad: 'bad' };

export function drawInCells(
  act: Act,
  layout: Layout,
  { ascii, paint }: TerminalOptions,
): string[] {
  const drawing = new Drawing(act, layout, ascii);
  return drawing.draw(paint);
}

const WEIGHTS: Readonly<Record<LifeKind, Weight>> = {
  new: 'dashed',
  asking: 'dashed',
  ready: 'light',
  connected: 'heavy',
  unknown: 'dashed',
};

class Drawing {
  readonly #layout: Layout;
  readonly #canvas: Canvas;
  readonly #ascii: boolean;
  readonly #tints: ReadonlyMap<string, number>;
  readonly #columns: ReadonlySet<number>;
  /** Arrows that begin or end at a mark. */
  readonly #together = new Map<Mark, PlacedArrow[]>();
  /** Arrows that begin or end in a row. */
  readonly #ends = new Map<number, PlacedArrow[]>();

  constructor({ talks }: Act, layout: Layout, ascii: boolean) {
    this.#layout = layout;
    this.#ascii = ascii;
    this.#tints = new Map(talks.map(({ key }, place) => [key, place]));
    this.#columns = new Set(layout.lanes.map(({ x }) => x));
    for (const placed of layout.arrows) {
      for (const row of new Set([placed.y1, placed.y2])) {
        this.#ends.set(row, [...(this.#ends.get(row) ?? []), placed]);
      }
      const { from, to } = placed.arrow;
      for (const mark of new Set([from.mark, to.mark])) {
        if (mark) this.#together.set(mark, [...(this.#together.get(mark) ?? []), placed]);
      }
    }
    const [width, height] = [layout.width, layout.height].map(Math.ceil) as [
      number,
      number,
    ];
    this.#canvas = new Canvas({ width, height, ascii });
  }

  draw(paint: Painter): string[] {
    const { unit, gutter, lives, arrows, marks, groups, lanes, ticks, silences } =
      this.#layout;
    for (const life of lives) this.#life(life);
    for (const { torn } of silences) {
      for (const { x } of lanes) this.#canvas.loosen(x, torn.y, torn.y + torn.height - 1);
    }
    for (const arrow of arrows) this.#arrow(arrow);
    for (const mark of marks) this.#mark(mark);
    for (const { arrow, label } of arrows) {
      if (label)
        this.#write(label, arrow.fate === 'lost' ? 'bad' : this.#tint(arrow.talk));
    }
    for (const { title, group } of groups) {
      if (title) this.#write(title, group.traced ? 'bold' : 'dim');
    }
    for (const { titles } of lanes) for (const box of titles) this.#write(box, 'dim');
    for (const { label } of ticks) this.#write(label, 'dim');
    for (const { label } of silences) this.#write(label, 'dim');
    this.#canvas.text(gutter - 2 - unit.length, 0, unit, 'dim');
    return this.#canvas.rows((text, style) =>
      paint(text, /^\d/.test(style) ? Number(style) : (style as Style) || 'plain'),
    );
  }

  #life({ life, x, top, bottom }: PlacedLife): void {
    const weight = WEIGHTS[life.kind];
    const style = this.#tint(
      life.kind === 'connected' ? life.talk : undefined,
      life.kind,
    );
    this.#canvas.line({ x, y: top }, { x, y: bottom }, weight, style);
    const cap = { east: 'light', west: 'light' } as const;
    if (life.from !== undefined && (life.kind === 'new' || life.kind === 'connected')) {
      this.#canvas.stroke(x, top, cap, style);
      this.#canvas.erase(x, top, 'north');
    }
    if (life.last) this.#canvas.stroke(x, bottom, cap, style);
  }

  #mark({ mark, x, y, label, side }: PlacedMark): void {
    if (!label) return;
    this.#write(label, STYLES[mark.tone]);
    if (mark.lane === undefined) return;
    const direction = side === 'left' ? 'west' : 'east';
    this.#canvas.stroke(x, y, { [direction]: 'light' }, this.#tint(mark.talk));
  }

  #arrow(placed: PlacedArrow): void {
    const { arrow, x1, x2, y2, ending } = placed;
    const dashed = arrow.fate === 'unseen' || arrow.fate === 'nobody';
    const weight = dashed ? 'dashed' : 'light';
    const bad = ending === 'cross';
    const style = bad ? 'bad' : this.#tint(arrow.talk);
    if (x1 === x2) {
      this.#loop(placed, weight, style);
      return;
    }
    const path = stairs(placed, this.#columns, this.#company(placed), (row) =>
      (this.#ends.get(row) ?? []).some(
        (other) => other !== placed && meet(other, placed),
      ),
    );
    for (const [place, corner] of path.entries()) {
      const next = path[place + 1];
      if (next) this.#canvas.line(corner, next, weight, style);
    }
    const before = x2 - Math.sign(x2 - x1);
    const rightwards = x2 > x1;
    if (ending === 'tip')
      this.#write({ x: before, y: y2, text: this.#tip(rightwards) }, style);
    if (ending === 'query') this.#write({ x: before, y: y2, text: '?' }, style);
    if (ending === 'cross')
      this.#write({ x: x2, y: y2, text: this.#ascii ? 'x' : '✗' }, 'bad');
    if (ending === 'edge') this.#canvas.erase(x2, y2, 'north');
  }

  /** Other arrows from the same lane to the same lane that begin or end at the same mark. */
  #company({ arrow, x1, x2 }: PlacedArrow): { clear: number; trunk: boolean } {
    const { from, to } = arrow;
    const all = [from.mark, to.mark].flatMap((mark) => this.#together.get(mark!) ?? []);
    const others = all.filter((other) => other.x1 === x1 && other.x2 === x2);
    const direction = Math.sign(x2 - x1);
    const ends = others.flatMap(({ label, y1 }) =>
      label && label.y === y1
        ? [label.x, label.x + label.width - 1].map((x) => (x - x1) * direction + 1)
        : [],
    );
    return { clear: Math.max(0, ...ends), trunk: new Set(others).size > 1 };
  }

  /** From a socket to itself. */
  #loop({ x1, y1, y2 }: PlacedArrow, weight: Weight, style: string): void {
    const x = x1 + LOOP;
    this.#canvas.line({ x: x1, y: y1 }, { x, y: y1 }, weight, style);
    this.#canvas.line({ x, y: y1 }, { x, y: y2 }, weight, style);
    this.#canvas.line({ x, y: y2 }, { x: x1, y: y2 }, weight, style);
    this.#write({ x: x1 + 1, y: y2, text: this.#tip(false) }, style);
  }

  #tip(rightwards: boolean): string {
    if (this.#ascii) return rightwards ? '>' : '<';
    return rightwards ? '►' : '◄';
  }

  #tint(talk: string | undefined, kind?: LifeKind): string {
    if (kind === 'unknown') return 'dim';
    const tint = talk === undefined ? undefined : this.#tints.get(talk);
    return tint === undefined ? 'plain' : String(tint);
  }

  #write({ x, y, text }: { x: number; y: number; text: string }, style: string): void {
    // The layout has made a few signs of its own: the ellipsis, and a µ.
    this.#canvas.text(x, y, this.#ascii ? asciiOf(text) : text, style);
  }
}

/** Whether they share any columns. */
function meet(a: PlacedArrow, b: PlacedArrow): boolean {
  return (
    Math.min(a.x1, a.x2) < Math.max(b.x1, b.x2) &&
    Math.min(b.x1, b.x2) < Math.max(a.x1, a.x2)
  );
}

interface Point {
  x: number;
  y: number;
}

/**
 * The corners of a way down in steps: level where the label stands, never along a lane.
 * @param clear how far the labels go of other arrows that have an end in common with this
 * @param trunk whether there are such arrows
 * @param taken whether in that row there are level lines of other arrows: one goes straight down
 */
function stairs(
  { x1, y1, x2, y2, label }: PlacedArrow,
  columns: ReadonlySet<number>,
  { clear, trunk }: { clear: number; trunk: boolean },
  taken: (row: number) => boolean,
): Point[] {
  const rows = Math.abs(y2 - y1);
  if (rows === 0)
    return [
      { x: x1, y: y1 },
      { x: x2, y: y2 },
    ];
  const direction = Math.sign(x2 - x1);
  const length = Math.abs(x2 - x1);
  let [first, last] = [Math.max(trunk ? 2 : 1, clear), length - 2];
  if (label) {
    const ends = [label.x - x1, label.x + label.width - 1 - x1].map(
      (end) => end * direction,
    );
    if (label.y === y1) first = Math.max(first, Math.max(...ends) + 1);
    else if (label.y === y2) last = Math.min(...ends) - 1;
  }
  const corners: Point[] = [{ x: x1, y: y1 }];
  let way = -Infinity;
  for (let row = 1; row <= rows; row += 1) {
    const even = Math.round((length * row) / (rows + 1));
    const spread = first + Math.round(((last - first) * (row - 1)) / rows);
    const wanted = Math.max(1, Math.min(last, Math.max(even, first, spread)));
    // Those that share an end share the way; and a step of a letter or two looks crooked.
    const before = y1 + Math.sign(y2 - y1) * (row - 1);
    if (row === 1) way = trunk ? first : wanted;
    else if (!trunk && wanted - way >= LEAST_STEP && !taken(before)) way = wanted;
    let x = x1 + direction * way;
    if (columns.has(x)) x += way + 1 < length ? direction : -direction;
    const y = y1 + Math.sign(y2 - y1) * row;
    corners.push({ x, y: y - Math.sign(y2 - y1) }, { x, y });
  }
  return [...corners, { x: x2, y: y2 }];
}

const LEAST_STEP = 3;
