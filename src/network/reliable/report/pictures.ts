/** Draws what a rung did as SVG text, from its record. Pure. */
import {
  axisLine,
  cross,
  fixed,
  type Frame,
  MARGIN,
  evenCeiling,
  niceCeiling,
  packetMark,
  PAGE,
  type Point,
  scale,
  steps,
  svg,
  timeAxis,
  WIDTH,
} from '../../../common/page/index.ts';
import { rangeOf } from '../player/words.ts';
import type { FlowRecord, RungRecord } from './record.ts';
import { CELLS, sentBy, slidingWindow, type Strip, stripAt, valueAt } from './strip.ts';

const TOP = 14;
/** With more messages the dots would merge into a line. */
const SHOWN = 100;
const MOST_DOTS = 3000;
const SLOTS = 60;
const MOST_CELLS = 80;
/** Lines that differ in colour and dashes; more share the last one's. */
const KINDS = 6;

/** Where a picture is drawn, and how much of it; a whole one in a page of its own unless given. */
interface View {
  frame?: Frame;
  /** When its axis of time ends, if not with what it shows; milliseconds. */
  until?: number;
  /** The moment that a reader has got to: what comes later is veiled. */
  now?: number | undefined;
}

interface Curve {
  name: string;
  points: readonly Point[];
}

/** Messages delivered over time, a line for each rung. */
export function progress(records: readonly RungRecord[], messages: number): string {
  const curves = records.map(({ flows, rung }) => ({ name: rung, points: sumOf(flows) }));
  const end = niceCeiling(lastOf(curves.flatMap(({ points }) => points)));
  const all = messages * Math.max(1, ...records.map(({ flows }) => flows.length));
  return chart('Messages delivered over time', { curves, end, height: 300, most: all });
}

/** Each packet of the first messages: when it left, and what had been acknowledged by then. */
export function sequence({ flows, rung }: RungRecord, view: View = {}): string {
  const { acknowledged, base, edge, sendings } = flows[0]!;
  const shown = sendings.filter(({ message }) => message < SHOWN);
  const most = Math.max(1, ...shown.map(({ message }) => message + 1));
  const settled = acknowledged.slice(0, most).filter((at) => at !== undefined);
  const last = Math.max(1, ...settled, ...shown.map(({ at }) => at));
  const end = niceCeiling(view.until ?? last);
  const within = (points: readonly Point[]): Point[] =>
    points
      .filter(({ at }) => at <= end)
      .map(({ at, value }) => ({ at, value: Math.min(value, most) }));
  const curves = [
    { name: 'acknowledged', points: within(base) },
    { name: 'end of the window', points: within(edge) },
  ];
  return chart(`${rung}: sequence numbers over time`, {
    curves,
    end,
    height: 320,
    most,
    view,
    marks: (x, y) =>
      shown.map(({ at, attempt, lost, message }) =>
        lost
          ? cross(x(at), y(message + 0.5))
          : packetMark(attempt > 0, x(at), y(message + 0.5)),
      ),
  });
}

/** Round trips, the estimate of them, and the timers that were set. */
export function roundTrips({ flows, rung }: RungRecord, view: View = {}): string {
  const { roundTrips: trips, smoothed, timers } = flows[0]!;
  const each = Math.ceil(trips.length / MOST_DOTS);
  const dots = trips.filter((_, index) => index % each === 0);
  const all = [trips, timers].flat();
  const until = view.until ?? lastOf(all);
  const curves = [
    { name: 'timer', points: goneOn(timers, until) },
    { name: 'estimate (SRTT)', points: goneOn(smoothed, until) },
  ].filter(({ points }) => points.length > 0);
  return chart(`${rung}: round trips and timers, milliseconds`, {
    curves,
    end: niceCeiling(until),
    height: 200,
    most: highest(all),
    namesAtTop: true,
    view,
    marks: (x, y) => dots.map(({ at, value }) => packetMark(false, x(at), y(value))),
  });
}

/** The congestion window's sawtooth; empty for a rung that has none. */
export function congestionWindows({ flows, rung }: RungRecord, view: View = {}): string {
  if (flows.every(({ windows }) => windows.length === 0)) return '';
  const one = flows[0]!;
  const curves =
    flows.length > 1
      ? flows.map(({ windows }, flow) => ({ name: sender(flow), points: windows }))
      : [
          { name: 'congestion window', points: one.windows },
          { name: 'threshold', points: one.thresholds },
        ];
  const until = view.until ?? lastOf(flows.flatMap(({ base }) => base));
  const all = curves.flatMap(({ points }) => points);
  return chart(`${rung}: congestion window over time, packets`, {
    curves: curves.map(({ name, points }) => ({ name, points: goneOn(points, until) })),
    end: niceCeiling(until),
    height: 200,
    most: highest(all),
    namesAtTop: true,
    view,
  });
}

/** Each sender's share of what was delivered in each interval; empty for one sender. */
export function shares({ flows, rung }: RungRecord, view: View = {}): string {
  if (flows.length === 1) return '';
  const { frame = PAGE } = view;
  const height = 160 * frame.tall;
  const end = niceCeiling(
    view.until ?? lastOf(flows.flatMap(({ delivered }) => delivered)),
  );
  const x = scale(end, frame);
  const y = (share: number): number => fixed(height - share * (height - TOP));
  const counts = flows.map(({ delivered }) => perSlot(delivered, end));
  const bars = Array.from({ length: SLOTS }, (_, slot) => {
    const all = counts.reduce((sum, of) => sum + of[slot]!, 0);
    const [left, right] = [x((slot * end) / SLOTS), x(((slot + 1) * end) / SLOTS)];
    let below = 0;
    return counts.map((of, flow) => {
      if (of[slot] === 0) return '';
      const share = of[slot]! / all;
      const [from, to] = [y(below), y((below += share))];
      return (
        `<rect class="share ${kindOf(flow)}" x="${left}" y="${to}" ` +
        `width="${fixed(right - left - 1)}" height="${fixed(from - to)}"/>`
      );
    });
  });
  const lines = [0, 0.5, 1].map((share) => axisLine(y(share), `${100 * share} %`, frame));
  const label = `${rung}: the senders' shares of what was delivered`;
  const parts = [...bars.flat(), ...lines, ...timeAxis(end, height, frame)];
  return svg(height + frame.line + 6, label, parts, frame);
}

/** The window as it slides over the messages. */
export function windowStrips({ flows, rung }: RungRecord): string {
  const { first, strips } = slidingWindow(flows[0]!, MOST_CELLS);
  const count = strips[0]?.cells.length ?? 0;
  const place = { x: MARGIN, size: cellSize(WIDTH - MARGIN, count) };
  const row = place.size + 36;
  const rows = strips.flatMap((strip, index) => [
    `<text x="0" y="${fixed(index * row + 16)}">${fixed(strip.at)} ms: ${strip.words}</text>`,
    ...cellRow(strip, { ...place, y: index * row + 22 }),
  ]);
  const bottom = strips.length * row + 14;
  const numbers = numbersBelow(first + 1, count, { ...place, y: bottom });
  return svg(bottom + 6, `${rung}: the window at some moments`, [...rows, ...numbers]);
}

/**
 * The window at one moment, over the numbers of all that is ever sent; just before something is
 * sent again unless the moment is given.
 */
export function windowAt({ flows, rung }: RungRecord, view: View = {}): string {
  const flow = flows[0]!;
  const again = flow.sendings.find(({ attempt }) => attempt > 0);
  const { frame = PAGE, now = again ? again.at - 0.001 : lastOf(flow.base) / 2 } = view;
  const count = sentBy(flow, Infinity);
  const strip = stripAt(flow, 0, count, { at: now, words: '' });
  const place = { x: 1, size: cellSize(frame.width, count), y: 4 };
  const bottom = place.size + frame.line + 4;
  const numbers = numbersBelow(0, count, { ...place, y: bottom });
  const kinds = Object.entries(CELLS).flatMap(([cell, { meaning }]) => {
    const own = [...strip.cells.keys()].filter((k) => strip.cells[k] === cell);
    return own.length > 0 ? [`${meaning} ${rangeOf(own)}`] : [];
  });
  const at = `at ${fixed(now)} ms`;
  const moment = `<text x="0" y="${bottom + frame.line}">${at}</text>`;
  return svg(
    bottom + frame.line + 4,
    `${rung}: the window ${at}: ${kinds.join('; ')}`,
    [...cellRow(strip, place), ...numbers, moment],
    frame,
  );
}

interface Place {
  x: number;
  y: number;
  /** From one cell to the next. */
  size: number;
}

function cellSize(width: number, count: number): number {
  return Math.min(26, (width - 2) / Math.max(1, count));
}

/** The cells, and the window around some of them. */
function cellRow({ cells, window: [from, to] }: Strip, { size, x, y }: Place): string[] {
  const edge = (k: number): number => fixed(x + k * size - 1);
  const frame =
    `<rect class="window" x="${edge(from)}" y="${y - 3}" width="${fixed((to - from) * size)}" ` +
    `height="${fixed(size + 4)}"/>`;
  const row = cells.map((cell, k) => rect(cell, x + k * size, y, size - 2));
  return to > from ? [...row, frame] : row;
}

/** @param first the number of the first cell */
function numbersBelow(first: number, count: number, { size, x, y }: Place): string[] {
  const wide = count > 16 ? 5 : 1;
  const each = count > 30 ? 10 : wide;
  return Array.from({ length: count }, (_, k) =>
    k === 0 || (first + k) % each === 0
      ? `<text x="${fixed(x + (k + 0.5) * size - 1)}" y="${fixed(y)}" text-anchor="middle">` +
        `${first + k}</text>`
      : '',
  );
}

export function stripLegend(): string {
  const entries = Object.entries(CELLS).map(
    ([cell, { meaning }]) =>
      `<li><svg viewBox="0 0 16 16" aria-hidden="true">${rect(cell, 1, 1, 14)}</svg>` +
      `${meaning}</li>`,
  );
  return `<ul class="legend">${entries.join('')}</ul>`;
}

function rect(cell: string, x: number, y: number, size: number): string {
  return (
    `<rect class="cell ${cell}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(size)}" ` +
    `height="${fixed(size)}"/>`
  );
}

interface ChartOptions {
  curves: readonly Curve[];
  /** Milliseconds. */
  end: number;
  height: number;
  /** The value at the top, a whole number. */
  most: number;
  /** Where no curve is: at the right, below unless said otherwise. */
  namesAtTop?: boolean;
  view?: View;
  marks?: (x: (ms: number) => number, y: (value: number) => number) => string[];
}

function chart(label: string, options: ChartOptions): string {
  const { curves, end, marks, most, view: { frame = PAGE, now } = {} } = options;
  const { line, tall, width } = frame;
  const height = options.height * tall;
  const x = scale(end, frame);
  const y = (value: number): number => fixed(height - (value / most) * (height - TOP));
  const paths = curves.map(
    ({ points }, index) =>
      `<path class="step ${kindOf(index)}" d="${steps(points, x, y)}"/>`,
  );
  const names = curves.map(({ name }, index) => {
    const lowest = height - 12 - (curves.length - 1 - index) * line;
    const above = options.namesAtTop ? TOP + 14 + index * line : lowest;
    return `<text class="${kindOf(index)}" x="${width - 8}" y="${fixed(above)}" text-anchor="end">${name}</text>`;
  });
  const values = curves.map(
    ({ name, points }) => `${name} ${fixed(valueAt(points, now ?? end))}`,
  );
  const present = now === undefined ? '' : `. At ${fixed(now)} ms: ${values.join(', ')}`;
  const parts = [
    ...[0, Math.round(most / 2), most].map((one) => axisLine(y(one), String(one), frame)),
    ...timeAxis(end, height, frame),
    ...(marks?.(x, y) ?? []),
    ...paths,
    ...(now === undefined ? [] : [veil(x(now), height, width)]),
    ...names,
  ];
  return svg(height + line + 6, label + present, parts, frame);
}

/** What is to come. */
function veil(x: number, height: number, width: number): string {
  return (
    `<g class="present"><path class="veil" d="M${x} 0H${width}V${height}H${x}Z"/>` +
    `<path class="now" d="M${x} 0V${height}"/></g>`
  );
}

function kindOf(index: number): string {
  return `s${Math.min(index, KINDS - 1)}`;
}

function sender(flow: number): string {
  return `sender ${flow + 1}`;
}

/** Milliseconds, at least one. */
function lastOf(points: readonly Point[]): number {
  return points.reduce((last, { at }) => Math.max(last, at), 1);
}

/** Extends a curve whose value no longer changes. */
function goneOn(points: readonly Point[], until: number): readonly Point[] {
  const last = points.at(-1);
  return last && last.at < until ? [...points, { at: until, value: last.value }] : points;
}

function highest(points: readonly Point[]): number {
  return evenCeiling(points.reduce((most, { value }) => Math.max(most, value), 1));
}

/** How many all flows have delivered. */
function sumOf(flows: readonly FlowRecord[]): Point[] {
  const all = flows.flatMap(({ delivered }) =>
    delivered.map(({ at, value }, index) => ({
      at,
      value: value - (delivered[index - 1]?.value ?? 0),
    })),
  );
  let value = 0;
  return all
    .sort((one, other) => one.at - other.at)
    .map((point) => ({ at: point.at, value: (value += point.value) }));
}

function perSlot(delivered: readonly Point[], end: number): number[] {
  const slots = Array.from({ length: SLOTS }, () => 0);
  let before = 0;
  for (const { at, value } of delivered) {
    slots[Math.min(SLOTS - 1, Math.floor((at / end) * SLOTS))]! += value - before;
    before = value;
  }
  return slots;
}
