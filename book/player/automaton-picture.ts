/**
 * A core's table as a picture: its states below each other, and an arrow for each way from one to
 * another, with the events that may lead there. Pure.
 *
 *            ●
 *            ▼               Down on the right, up on the left: the farther an arrow leads, the
 *        ┌──────┐            farther out it runs. A double frame: a state that is never left.
 *      ╭►│ idle │─╮
 * news │ └──────┘ │ offer    Inside a state: the events after which it may stay, though something
 *      │ ┌──────┐ │          is done. What is ignored, and what cannot happen, is left out.
 *      ╰─│ full │◄╯
 *        └──────┘
 *
 * It is drawn from the table that drives the core, so the two cannot disagree.
 */
import { type Markup, tag, textOf } from '../../src/common/page/index.ts';
import type { Automaton } from './automaton.ts';

/** A way from one state to another, by their places in the list of states. */
interface Way {
  from: number;
  to: number;
  events: string[];
}

/** A state where it stands, with the events inside it on lines. */
interface Box {
  state: string;
  lines: string[];
  top: number;
  height: number;
}

/** At which height each way leaves, and arrives. */
interface Ports {
  from: ReadonlyMap<Way, number>;
  to: ReadonlyMap<Way, number>;
}

const NODE = 112;
const EDGE = NODE / 2;
const HEAD = 24;
const LINE = 13;
const GAP = 46;
const TOP = 30;
const TIP = 7;
/** Of a letter: on average, and in a word with wide ones. */
const LETTER = 6;
const WIDE_LETTER = 7;
/** How far out an arrow to the next state runs, and how much farther one to the next but one. */
const NEAR = 14;
const FARTHER = 42;
/** Down, on the right; up, on the left. */
type Side = 1 | -1;
const DOES_NOTHING = new Set(['ignore', 'impossible']);

/** @param end `sender` or `receiver`: a state's `data-state` is `sender/idle` */
export function automatonSvg(end: string, automaton: Automaton): Markup {
  const ways = waysIn(automaton);
  const boxes = boxesOf(automaton);
  const ports = portsOf(ways, boxes);
  const left = roomFor(ways, -1);
  const width = left + NODE + roomFor(ways, 1);
  const last = boxes.at(-1)!;
  const height = last.top + last.height + 4;
  return tag(
    'svg',
    {
      class: 'states',
      viewBox: `${-left - EDGE} 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': `The states of the ${end}. ${automatonWords(automaton)}`,
    },
    tag('circle', { class: 'tip', cx: 0, cy: 6, r: 5 }),
    tag('path', { d: `M0 6V${TOP}` }),
    tag('path', { class: 'tip', d: `M0 ${TOP}l${-TIP / 2} ${-TIP}h${TIP}Z` }),
    ...ways.map((way) => arrowMarkup(way, ports)),
    ...boxes.map((box, index) => {
      const isLast = ways.every(({ from }) => from !== index);
      return boxMarkup(box, `${end}/${box.state}`, isLast);
    }),
    // Above all lines.
    ...ways.map((way) => labelMarkup(way, ports)),
  );
}

/** The same in words, for those who do not see it. */
export function automatonWords({ cells, states }: Automaton): string {
  const sentences = states.map((state) => {
    const out = cells.flatMap((cell) => {
      const others = cell.leads.filter((lead) => lead !== state);
      const isOut = cell.state === state && others.length > 0;
      return isOut ? [`${cell.column} to ${others.join(' or ')}`] : [];
    });
    return out.length > 0 ? `From ${state}: ${out.join('; ')}.` : `${state} is not left.`;
  });
  return sentences.join(' ');
}

/** In the order of the states and of the events. */
function waysIn({ cells, states }: Automaton): Way[] {
  const ways: Way[] = [];
  for (const { column, leads, state } of cells) {
    const from = states.indexOf(state);
    for (const to of leads.map((lead) => states.indexOf(lead))) {
      if (to === from) continue;
      const known = ways.find((way) => way.from === from && way.to === to);
      if (known) known.events.push(column);
      else ways.push({ from, to, events: [column] });
    }
  }
  return ways;
}

function boxesOf({ cells, states }: Automaton): Box[] {
  let next = TOP;
  return states.map((state) => {
    const staying = cells.filter(
      ({ leads, rule, ...cell }) =>
        cell.state === state &&
        !DOES_NOTHING.has(rule) &&
        (leads.length === 0 || leads.includes(state)),
    );
    const lines = linesOf(staying.map(({ column }) => column));
    const top = next;
    const height = HEAD + lines.length * LINE + (lines.length > 0 ? 4 : 0);
    next += height + GAP;
    return { state, lines, top, height };
  });
}

/** As many on a line as there is room for. */
function linesOf(events: readonly string[]): string[] {
  const lines: string[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const isRoom =
      last !== undefined && (last.length + 2 + event.length) * LETTER <= NODE - 12;
    if (isRoom) lines[lines.length - 1] = `${last}, ${event}`;
    else lines.push(event);
  }
  return lines;
}

function sideOf({ from, to }: Way): Side {
  return to > from ? 1 : -1;
}

function lengthOf({ from, to }: Way): number {
  return Math.abs(to - from);
}

function reachOf(way: Way): number {
  return NEAR + FARTHER * (lengthOf(way) - 1);
}

/** Beside the states, for the arrows and their labels. */
function roomFor(ways: readonly Way[], side: Side): number {
  const own = ways.filter((way) => sideOf(way) === side);
  const ends = own.map((way) => {
    const longest = Math.max(...way.events.map(({ length }) => length));
    return reachOf(way) + 10 + longest * WIDE_LETTER;
  });
  return Math.max(8, ...ends);
}

/** So that those that are nested do not cross. */
function portsOf(ways: readonly Way[], boxes: readonly Box[]): Ports {
  const ports = { from: new Map<Way, number>(), to: new Map<Way, number>() };
  for (const [index, { height, top }] of boxes.entries()) {
    for (const side of [1, -1] as const) {
      const own = ways.filter((way) => sideOf(way) === side);
      const [upper, lower] =
        side > 0 ? (['to', 'from'] as const) : (['from', 'to'] as const);
      const all = [
        ...own
          .filter((way) => way[upper] === index)
          .toSorted((a, b) => lengthOf(a) - lengthOf(b)),
        ...own
          .filter((way) => way[lower] === index)
          .toSorted((a, b) => lengthOf(b) - lengthOf(a)),
      ];
      for (const [place, way] of all.entries()) {
        const y = top + ((place + 1) * height) / (all.length + 1);
        ports[way.from === index ? 'from' : 'to'].set(way, y);
      }
    }
  }
  return ports;
}

function arrowMarkup(way: Way, { from, to }: Ports): Markup {
  const side = sideOf(way);
  const edge = side * EDGE;
  const [start, end] = [from.get(way)!, to.get(way)!];
  // The middle of such a curve is three quarters of the way out to its handles.
  const out = edge + (side * reachOf(way) * 4) / 3;
  const back = edge + side * TIP;
  return tag(
    'g',
    {},
    tag('path', { d: `M${edge} ${start}C${out} ${start} ${out} ${end} ${back} ${end}` }),
    tag('path', {
      class: 'tip',
      d: `M${edge} ${end}l${side * TIP} ${-TIP / 2}v${TIP}Z`,
    }),
  );
}

function labelMarkup(way: Way, { from, to }: Ports): Markup {
  const side = sideOf(way);
  const middle = (from.get(way)! + to.get(way)!) / 2;
  const x = side * (EDGE + reachOf(way) + 4);
  const first = middle - ((way.events.length - 1) * LINE) / 2 + 4;
  return tag(
    'text',
    { class: 'label', 'text-anchor': side > 0 ? 'start' : 'end' },
    ...way.events.map((event, index) =>
      tag('tspan', { x, y: first + index * LINE }, textOf(event)),
    ),
  );
}

function boxMarkup(
  { height, lines, state, top }: Box,
  id: string,
  isLast: boolean,
): Markup {
  const frame = (by: number): Markup =>
    tag('rect', {
      x: -EDGE + by,
      y: top + by,
      width: NODE - 2 * by,
      height: height - 2 * by,
      rx: 8 - by,
    });
  return tag(
    'g',
    { 'data-state': id },
    frame(0),
    ...(isLast ? [frame(3)] : []),
    tag('text', { class: 'name', x: 0, y: top + 16 }, textOf(state)),
    ...lines.map((line, index) => {
      const y = top + HEAD + 8 + index * LINE;
      return tag('text', { class: 'stays', x: 0, y }, textOf(line));
    }),
  );
}
