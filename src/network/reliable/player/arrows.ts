/**
 * A run as a picture: two lifelines, an arrow for each packet, with a cross where one was lost,
 * and a clock where a timer expired. Pure.
 *
 *     ms      sender          receiver
 *       0  data0 │╲                │
 *                │  ╲              │       Time runs straight down, so a slope is a delay, and
 *      20        │     ╲           │       packets that are on their way together are parallel.
 *                │        ╲        │
 *      40        │           ╲     │
 *                │              ╲  │
 *      48        │                 │ ack0, delivers 1
 *
 * So whatever has not happened yet is below a horizontal line, and nowSvg veils it. The page that
 * shows the picture needs ARROWS_STYLE.
 */
import { count, some } from '../../../common/index.ts';
import { type Markup, tag, textOf, together } from '../../../common/page/index.ts';
import { labels, write } from './arrow-labels.ts';
import {
  arrivalOf,
  CLOCK,
  LEFT,
  LINE,
  RIGHT,
  type Scale,
  scaleOf,
  TOP,
  WIDTH,
} from './arrow-scale.ts';
import type { Crossing, Recorded } from './record.ts';
import { crossingWords, ms } from './words.ts';

const DOT = 6;

/** For the page; colours follow `color` and the scheme. */
export const ARROWS_STYLE = `
.arrows { font: 11px system-ui, sans-serif; fill: currentColor; stroke: none; }
.arrows path { fill: none; stroke: currentColor; stroke-width: 1.4; }
.arrows .life { stroke-width: 2; }
.arrows .tick { stroke-opacity: 0.18; stroke-width: 1; }
.arrows .ms { fill-opacity: 0.75; font-size: 10px; text-anchor: end; }
.arrows .left { text-anchor: end; }
.arrows .head { font-weight: bold; text-anchor: middle; }
.arrows .tip { fill: currentColor; stroke: none; }
.arrows .back { color: var(--link, #0b57a4); }
.arrows .lost { color: var(--bad, #b8001f); }
.arrows .lost .shaft { stroke-dasharray: 5 3; }
.arrows .cross { stroke-width: 2.4; }
.arrows .edited .shaft { stroke-width: 2.6; }
.arrows .grip { stroke-opacity: 0; stroke-width: 14; }
.arrows [role='button'] { cursor: pointer; }
.arrows [role='button']:hover .shaft { stroke-width: 3; }
.arrows [role='button']:focus { outline: none; }
.arrows [role='button']:focus-visible .grip { stroke: var(--link, #0b57a4); stroke-opacity: 0.35; }
.arrows .ring { fill: var(--paper, #fff); }
.arrows .ring circle, .arrows .ring path { stroke: currentColor; stroke-width: 1.4; }
.arrows .veil { stroke: none; fill: var(--paper, #fff); fill-opacity: 0.86; pointer-events: none; }
.arrows .now { stroke: var(--bad, #b8001f); stroke-width: 1.5; pointer-events: none; }
.arrows .dot { cursor: pointer; fill: currentColor; }
.arrows .touch { fill: currentColor; fill-opacity: 0; cursor: pointer; }
`;

export interface ArrowsOptions {
  /** Whether each arrow is a button, in a page whose script acts on it. */
  buttons?: boolean;
  /** Names of packets whose fate was chosen. */
  edited?: ReadonlySet<string>;
}

/** @param what describes the picture for those who cannot see it */
export function arrowsSvg(
  recorded: Recorded,
  what: string,
  { buttons = false, edited = new Set() }: ArrowsOptions = {},
): Markup {
  const scale = scaleOf(recorded);
  const { end, height, shown, y } = scale;
  const left = recorded.crossings.length - shown.length;
  const more = `… and ${some(left, 'more packet')}`;
  return tag(
    'svg',
    {
      class: 'arrows',
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${Math.ceil(height)}`,
      role: buttons ? 'group' : 'img',
      'aria-label': what,
    },
    ...ticks(end, y),
    line('life', LEFT, TOP - 6, LEFT, y(end) + 6),
    line('life', RIGHT, TOP - 6, RIGHT, y(end) + 6),
    write('head', LEFT, 14, 'sender'),
    write('head', RIGHT, 14, 'receiver'),
    tag(
      'g',
      { class: 'crossings' },
      ...shown.map((one) => arrow(one, y, buttons, edited)),
    ),
    ...timeOuts(recorded, scale, buttons),
    ...labels(recorded, scale),
    ...(left > 0 ? [write('head', (LEFT + RIGHT) / 2, height - 6, more)] : []),
    tag('g', { class: 'present' }),
  );
}

/** What the mark on a lifeline means, for the page around the picture. */
export function arrowsLegend(): Markup {
  const mark = tag(
    'svg',
    { class: 'arrows', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' },
    clock(0, 0),
  );
  const words = textOf('a time-out: a timer of this end expires');
  return tag('ul', { class: 'legend' }, tag('li', {}, mark, words));
}

/** A clock where a timer expires, one for all that do so at the same moment. */
function timeOuts({ steps }: Recorded, { end, y }: Scale, isRead: boolean): Markup[] {
  const marks = new Map<string, Markup>();
  for (const { fired, time } of steps) {
    if (fired?.event.type !== 'timer' || time > end) continue;
    const x = fired.side === 'sender' ? LEFT : RIGHT;
    const words = `A time-out of the ${fired.side} at ${ms(time)}.`;
    const mark = isRead
      ? tag('g', { role: 'img', 'aria-label': words }, clock(x, y(time)))
      : tag('g', {}, tag('title', {}, textOf(words)), clock(x, y(time)));
    marks.set(words, mark);
  }
  return [...marks.values()];
}

function clock(x: number, y: number): Markup {
  const d = `M${r(x)} ${r(y - 3)}v3.5h2.5`;
  return tag(
    'g',
    { class: 'ring' },
    tag('circle', { cx: x, cy: y, r: CLOCK }),
    tag('path', { d }),
  );
}

/** What goes into `.present`: a veil over the future, and the packets on their way. */
export function nowSvg(recorded: Recorded, now: number, buttons = true): Markup {
  const { height, shown, y } = scaleOf(recorded);
  const moving = shown.filter((one) => one.leaves <= now && now < arrivalOf(one));
  return together([
    tag('path', { class: 'veil', d: veil(y(now), height) }),
    line('now', LEFT - 4, y(now), RIGHT + 4, y(now)),
    ...moving.map((one) => {
      const share = (now - one.leaves) / (arrivedAt(one) - one.leaves);
      const [from, to] = endsOf(one);
      const at = { cx: from + (to - from) * share, cy: y(now) };
      return tag(
        'g',
        { class: classOf(one), 'data-moving': buttons ? one.name : undefined },
        tag('circle', { class: 'touch', ...at, r: 3 * DOT }),
        tag('circle', { class: 'dot', ...at, r: DOT }),
      );
    }),
  ]);
}

/**
 * Below a level line; in the margins and on the lifelines a little lower, because the labels and
 * the clocks on that line belong to the past.
 */
function veil(y: number, height: number): string {
  const below = y + LINE / 2;
  const bottom = Math.max(below, height);
  const [left, right] = [LEFT + CLOCK + 1, RIGHT - CLOCK - 1];
  return `M0 ${r(below)}H${left}V${r(y)}H${right}V${r(below)}H${WIDTH}V${r(bottom)}H0Z`;
}

/** How far down the picture a time is, from 0 to 1. */
export function depthOf(recorded: Recorded, time: number): number {
  const { height, y } = scaleOf(recorded);
  return y(time) / height;
}

function arrow(
  crossing: Crossing,
  y: Scale['y'],
  buttons: boolean,
  edited: ReadonlySet<string>,
): Markup {
  const { arrivals, leaves, lostAt, name } = crossing;
  const [from, to] = endsOf(crossing);
  const isLost = lostAt !== undefined;
  const words = crossingWords(crossing);
  const stops = isLost ? [lostAt] : arrivals;
  const goal = (time: number): number =>
    isLost ? from + (to - from) * shareAt(crossing, time) : to;
  const ways = stops.map(
    (time) => `M${r(from)} ${r(y(leaves))}L${r(goal(time))} ${r(y(time))}`,
  );
  const ends = stops.map((time) =>
    isLost ? cross(goal(time), y(time)) : tip(from, y(leaves), to, y(time)),
  );
  const chosen = edited.has(name) ? ' edited' : '';
  return tag(
    'g',
    {
      class: classOf(crossing) + chosen,
      ...(buttons && {
        role: 'button',
        tabindex: -1,
        'data-packet': name,
        'aria-label': `${words} ${isLost ? 'Save it.' : 'Lose it.'}`,
      }),
    },
    ...(buttons ? [] : [tag('title', {}, textOf(words))]),
    ...ways.map((d) => tag('path', { class: 'shaft', d })),
    ...ends,
    ...(buttons ? ways.map((d) => tag('path', { class: 'grip', d })) : []),
  );
}

function classOf({ direction, lostAt }: Crossing): string {
  const way = direction === 'back' ? 'back' : 'there';
  return lostAt === undefined ? way : `${way} lost`;
}

function endsOf({ direction }: Crossing): readonly [number, number] {
  return direction === 'there' ? [LEFT, RIGHT] : [RIGHT, LEFT];
}

/** When it arrives, or would have arrived. */
function arrivedAt(crossing: Crossing): number {
  const { fate, leaves, lostAt } = crossing;
  return lostAt === undefined ? arrivalOf(crossing) : leaves + fate.delay;
}

function shareAt(crossing: Crossing, time: number): number {
  const { leaves } = crossing;
  // A packet that found no room in the queue did not get far.
  const whole = arrivedAt(crossing) - leaves;
  return time === leaves || whole === 0 ? 0.08 : (time - leaves) / whole;
}

function cross(x: number, y: number): Markup {
  const d = `M${r(x - 5)} ${r(y - 5)}l10 10m0 -10l-10 10`;
  return tag('path', { class: 'cross', d });
}

function tip(x1: number, y1: number, x2: number, y2: number): Markup {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [bx, by] = [x2 - ux * 8, y2 - uy * 8];
  const d =
    `M${r(x2)} ${r(y2)}L${r(bx - uy * 3.5)} ${r(by + ux * 3.5)}` +
    `L${r(bx + uy * 3.5)} ${r(by - ux * 3.5)}Z`;
  return tag('path', { class: 'tip', d });
}

/** A level line at round times. */
function ticks(end: number, y: Scale['y']): Markup[] {
  const wanted = 60 / (y(1) - y(0));
  const power = 10 ** Math.floor(Math.log10(wanted));
  const every = power * ([1, 2, 5, 10].find((one) => one * power >= wanted) ?? 10);
  const times = Array.from({ length: Math.floor(end / every) + 1 }, (_, k) => k * every);
  return times.flatMap((time) => [
    line('tick', LEFT, y(time), RIGHT, y(time)),
    write('ms', 32, y(time) + 3, time === 0 ? '0 ms' : count(+time.toFixed(1))),
  ]);
}

function line(name: string, x1: number, y1: number, x2: number, y2: number): Markup {
  return tag('path', { class: name, d: `M${r(x1)} ${r(y1)}L${r(x2)} ${r(y2)}` });
}

function r(value: number): string {
  return String(Math.round(value * 10) / 10);
}
