/** Draws what a rung did as curves, dots and bars: SVG text, from its record. Pure. */
import {
  axisLine,
  cross,
  fixed,
  type Frame,
  evenCeiling,
  niceCeiling,
  packetMark,
  PAGE,
  type Point,
  scale,
  steps,
  svg,
  timeAxis,
} from '../../../common/page/index.ts';
import type { FlowRecord, RungRecord } from './record.ts';
import { valueAt } from './strip.ts';

const TOP = 14;
/** With more messages the dots would merge into a line. */
const SHOWN = 100;
const MOST_DOTS = 3000;
const SLOTS = 60;
/** Lines that differ in colour and dashes; more share the last one's. */
const KINDS = 6;

/** Where a picture is drawn, and how much of it; a whole one in a page of its own unless given. */
export interface View {
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
export function lastOf(points: readonly Point[]): number {
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
