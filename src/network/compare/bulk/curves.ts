/**
 * Draws what a bulk lane did as SVG text: three curves over the same time. Pure.
 *
 *   sequence numbers    each packet at its time and offset: a dot; sent again: a square; lost: ×
 *   congestion window   the packets that could be in flight, at each sending
 *   queue               the packets that waited at the link's rate
 */
import {
  axisLine,
  cross,
  fixed,
  evenCeiling,
  niceCeiling,
  packetMark,
  scale,
  steps,
  svg,
  timeAxis,
  WIDTH,
} from '../../../common/page/index.ts';
import type { BulkPlan } from './plan.ts';
import { type BulkRecord, queueOf, type Sending } from './record.ts';
import { NAMES } from './words.ts';

/** More marks could not be told apart. */
const MOST_MARKS = 3000;
/** If only one in this many is drawn, some that were lost or sent again are left out too. */
const MANY = 10;
/** Streams that differ in colour and dashes; the others share the last one's. */
const KINDS = 4;
const TOP = 14;

/** When the lane was done, rounded up for an axis. */
export function endOf({ readings, sendings = [] }: BulkRecord): number {
  const ends = [readings, sendings].map((all) => all.at(-1)?.at ?? 0);
  return niceCeiling(Math.max(1, ...ends));
}

/** Bytes over time: what was sent, and what had been read. */
export function sequenceCurve(record: BulkRecord, plan: BulkPlan, end: number): string {
  const height = 300;
  const { lane, readings, sendings = [] } = record;
  const x = scale(end);
  const y = (bytes: number): number =>
    fixed(height - (bytes / plan.bytes) * (height - TOP));
  const read = streamsOf(plan).map((stream) => {
    const points = readings
      .filter((one) => one.stream === stream)
      .map(({ at, bytes }) => ({ at, value: bytes }));
    return `<path class="step ${kindOf(stream)}" d="${steps(points, x, y)}"/>`;
  });
  const marks = thinned(sendings).map((one) => mark(one, x, y));
  const axis = [0, 0.5, 1].map((share) => {
    const bytes = Math.round(share * plan.bytes);
    return axisLine(y(bytes), inShort(bytes));
  });
  const label = `${NAMES[lane]}: sequence numbers over time`;
  const parts = [
    ...axis,
    ...timeAxis(end, height),
    ...marks,
    ...read,
    ...names(plan, height - 90),
  ];
  return svg(height + 24, label, parts);
}

/** The congestion windows of all streams; empty if there is none. */
export function windowCurve(record: BulkRecord, plan: BulkPlan, end: number): string {
  const points = (record.sendings ?? []).flatMap(({ at, stream, window }) =>
    window === null ? [] : [{ at, stream, value: window }],
  );
  if (points.length === 0) return '';
  const height = 200;
  const x = scale(end);
  const most = evenCeiling(points.reduce((all, { value }) => Math.max(all, value), 1));
  const y = (packets: number): number =>
    fixed(height - (packets / most) * (height - TOP));
  const paths = streamsOf(plan).map((stream) => {
    const own = points.filter((one) => one.stream === stream);
    return `<path class="step ${kindOf(stream)}" d="${steps(own, x, y)}"/>`;
  });
  const axis = [0, most / 2, most].map((one) => axisLine(y(one), String(one)));
  const label = `${NAMES[record.lane]}: congestion window over time, packets`;
  return svg(height + 24, label, [
    ...axis,
    ...timeAxis(end, height),
    ...paths,
    ...names(plan, TOP),
  ]);
}

/** The link's queue; empty if no packet ever waited. */
export function queueCurve(record: BulkRecord, plan: BulkPlan, end: number): string {
  const points = queueOf(record, plan).map(({ at, packets }) => ({ at, value: packets }));
  const longest = points.reduce((all, { value }) => Math.max(all, value), 0);
  if (longest === 0) return '';
  const height = 140;
  const x = scale(end);
  const most = evenCeiling(longest);
  const y = (packets: number): number =>
    fixed(height - (packets / most) * (height - TOP));
  const axis = [0, most].map((one) => axisLine(y(one), String(one)));
  const path = `<path class="step queue" d="${steps(points, x, y)}"/>`;
  const label = `${NAMES[record.lane]}: packets in the queue over time`;
  return svg(height + 24, label, [...axis, ...timeAxis(end, height), path]);
}

function mark(
  { at, attempt, offset, outcome, stream }: Sending,
  x: (ms: number) => number,
  y: (bytes: number) => number,
): string {
  if (outcome !== 'sent') return cross(x(at), y(offset));
  return packetMark(attempt > 0, x(at), y(offset), kindOf(stream));
}

/** How many packets there are for each that is drawn. */
function packetsAMark(sendings: readonly Sending[]): number {
  return Math.ceil(sendings.length / MOST_MARKS);
}

function thinned(sendings: readonly Sending[]): readonly Sending[] {
  const each = packetsAMark(sendings);
  return sendings.filter(
    ({ attempt, outcome }, index) =>
      index % each === 0 || (each < MANY && (attempt > 0 || outcome !== 'sent')),
  );
}

/** Says which packets have marks; empty if all have. */
export function marksInWords({ sendings = [] }: Pick<BulkRecord, 'sendings'>): string {
  const each = packetsAMark(sendings);
  if (each <= 1) return '';
  const besides = each < MANY ? ', and all that were lost or sent again' : '';
  return ` One in ${each} packets is drawn${besides}.`;
}

/** Which colour is which stream: at the right, where there is no curve. */
function names({ streams }: BulkPlan, top: number): string[] {
  if (streams === 1) return [];
  return Array.from({ length: Math.min(streams, KINDS) }, (_, stream) => {
    const more = stream === KINDS - 1 && streams > KINDS ? ` to ${streams}` : '';
    return (
      `<text class="${kindOf(stream)}" x="${WIDTH - 8}" y="${top + 14 + 18 * stream}" text-anchor="end">` +
      `stream ${stream + 1}${more}</text>`
    );
  });
}

function streamsOf({ streams }: BulkPlan): number[] {
  return Array.from({ length: streams }, (_, stream) => stream);
}

function kindOf(stream: number): string {
  return `s${Math.min(stream, KINDS - 1)}`;
}

/** `500 kB`, `1 MB`. */
function inShort(bytes: number): string {
  if (bytes >= 1e6) return `${+(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 1000 ? `${+(bytes / 1000).toFixed(1)} kB` : `${bytes} B`;
}
