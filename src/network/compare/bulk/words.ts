/** Prints a bulk comparison for a terminal: a table, what it means, and its curves. Pure. */
import { some } from '../../../common/index.ts';
import { type Paint, tableOf } from '../../../common/terminal/index.ts';
import { luckLine, madeWords, modelledWords, NAMES as OF_MESSAGES } from '../table.ts';
import type { BulkResult } from './figures.ts';
import type { BulkPlan } from './plan.ts';
import { type BulkRecord, queueOf } from './record.ts';
import type { BulkComparison } from './run.ts';

export const NAMES = { udp: OF_MESSAGES.udp, tcp: 'TCP' } as const;

interface Row {
  name: string;
  /** False for a row that is shown only where there are several streams. */
  one?: false;
  of: (result: BulkResult) => string;
}

const ROWS: readonly Row[] = [
  {
    name: 'arrived',
    of: ({ bytes, sentBytes }) => `${+((100 * bytes) / sentBytes).toFixed(2)} %`,
  },
  { name: 'first to last byte', of: ({ ms }) => inMs(ms) },
  { name: 'goodput', of: ({ goodputMbit }) => mbit(goodputMbit) },
  { name: '  slowest stream', of: (one) => mbit(extreme(one, Math.min)), one: false },
  { name: '  fastest stream', of: (one) => mbit(extreme(one, Math.max)), one: false },
  { name: "Jain's index", of: ({ jain }) => figure(jain), one: false },
  { name: 'packets of data', of: (one) => modelled(one, one.packets?.sent) },
  { name: '  of which sent again', of: (one) => modelled(one, one.packets?.sentAgain) },
  { name: '  of which lost', of: (one) => modelled(one, one.packets?.lost) },
  { name: '  dropped, queue full', of: (one) => modelled(one, one.packets?.queueFull) },
  { name: 'acknowledgements', of: (one) => modelled(one, one.packets?.acknowledgements) },
  { name: 'longest queue, packets', of: (one) => modelled(one, one.longestQueue) },
  { name: 'largest window, packets', of: (one) => modelled(one, one.largestWindow) },
];

/** Says what is going to be compared. */
export function bulkHeading(plan: BulkPlan): string[] {
  const { every, link } = plan;
  const pause = every === 0 ? 'without a pause' : `a datagram every ${every} ms`;
  return [
    `${amountInWords(plan)} in each lane; UDP sends ${pause}.`,
    ...madeWords(plan),
    luckLine(link),
  ];
}

/** How much is sent: `1,000,000 bytes`, `2 streams of 1,000,000 bytes`. */
export function amountInWords({ bytes, streams }: BulkPlan): string {
  const amount = `${bytes.toLocaleString('en')} bytes`;
  return streams === 1 ? amount : `${streams} streams of ${amount}`;
}

/** A row for each figure: its name, and its value in each lane. */
export function bulkRows(results: readonly BulkResult[]): string[][] {
  const several = results.some(({ streams }) => streams.length > 1);
  const rows = ROWS.filter(({ one }) => one !== false || several);
  return rows.map(({ name, of }) => [name].concat(results.map(of)));
}

/** @param width columns of the terminal */
export function bulkLines(
  { plan, records, results }: BulkComparison,
  paint: Paint,
  width: number,
): string[] {
  const head = ['', ...results.map(({ lane }) => paint.bold(NAMES[lane]))];
  const aligns = ['left' as const, ...results.map(() => 'right' as const)];
  const conclusions = results.flatMap(why);
  return [
    ...tableOf(head, bulkRows(results), { aligns, gap: 3, indent: 1 }),
    ...(conclusions.length > 0 ? ['', ...conclusions] : []),
    ...records.flatMap((record) => curves(record, plan, width)),
    ...(results.some((one) => one.modelled) ? ['', paint.dim(modelledWords(plan))] : []),
  ];
}

/** What a reader can conclude. */
function why(result: BulkResult): string[] {
  const { bytes, finished, jain, lane, packets, sentBytes } = result;
  const name = NAMES[lane];
  const missing = sentBytes - bytes;
  const unsent = `${some(missing, 'byte')} never arrived.`;
  if (lane === 'udp') {
    const full = packets?.queueFull ?? 0;
    const dropped = `${some(full, 'packet')} found no room`;
    return [
      ...(missing > 0 ? [`${name}: ${unsent}`] : []),
      ...(full > 0
        ? [`${name} did not slow down when the queue was full: ${dropped}.`]
        : []),
    ];
  }
  const soFar = `${some(missing, 'byte')} had not arrived when we stopped waiting.`;
  const rest = finished ? `${name} gave up: ${unsent}` : `${name}: ${soFar}`;
  return [
    ...(missing > 0 ? [rest] : []),
    ...(jain === null ? [] : [`${name}: Jain's index is ${jain} (${JAIN}).`]),
  ];
}

/** What the index is about. */
const JAIN = '1 if all had the same when the first was done';
const LEVELS = '▁▂▃▄▅▆▇█';
/** Of the curves' names. */
const LABEL = 22;
/** At most this many streams have a curve each: more would fill the screen. */
const MOST_CURVES = 4;

/** What a lane did over time, a line for each curve. */
function curves(record: BulkRecord, plan: BulkPlan, width: number): string[] {
  const { lane, readings, sendings } = record;
  const end = Math.max(
    0,
    ...[readings, sendings ?? []].map((all) => all.at(-1)?.at ?? 0),
  );
  if (end === 0) return [];
  const columns = Math.max(10, Math.min(80, width) - LABEL - 24);
  const curve = (name: string, points: readonly Point[], most: string): string[] =>
    points.length === 0
      ? []
      : [`   ${name.padEnd(LABEL)}${sparkline(points, end, columns)}  ${most}`];
  const waiting = sendings
    ? queueOf(record, plan).map(({ at, packets }) => ({ at, value: packets }))
    : [];
  const longest = highest(waiting);
  const shown = Math.min(plan.streams, MOST_CURVES);
  return [
    '',
    `${NAMES[lane]}, from 0 to ${inShort(end)}:`,
    ...Array.from({ length: shown }, (_, stream) => {
      const which = plan.streams === 1 ? '' : `, stream ${stream + 1}`;
      const read = readings.filter((one) => one.stream === stream);
      const windows = (sendings ?? []).filter((one) => one.stream === stream);
      const points = windows.flatMap(({ at, window }) =>
        window === null ? [] : [{ at, value: window }],
      );
      return [
        ...curve(
          `bytes read${which}`,
          read.map(({ at, bytes }) => ({ at, value: bytes })),
          `up to ${(read.at(-1)?.bytes ?? 0).toLocaleString('en')}`,
        ),
        ...curve(`window${which}`, points, `up to ${highest(points)} packets`),
      ];
    }).flat(),
    ...(longest > 0 ? curve('queue', waiting, `up to ${longest} packets`) : []),
    ...(shown < plan.streams ? [`   … and ${plan.streams - shown} more streams`] : []),
  ];
}

interface Point {
  at: number;
  value: number;
}

/** The highest value; a spread into Math.max would fail beyond some 100,000 of them. */
export function highest(points: readonly Point[]): number {
  return Math.round(points.reduce((all, { value }) => Math.max(all, value), 0));
}

/** In each column the last value by then, as a bar; blank before the first. */
export function sparkline(
  points: readonly Point[],
  end: number,
  columns: number,
): string {
  const top = points.reduce((all, { value }) => Math.max(all, value), 0);
  let line = '';
  let next = 0;
  let value: number | undefined;
  for (let column = 1; column <= columns; column += 1) {
    for (
      ;
      next < points.length && points[next]!.at <= (column * end) / columns;
      next += 1
    ) {
      value = points[next]!.value;
    }
    const level = Math.ceil(((value ?? 0) / top) * LEVELS.length) - 1;
    line += value === undefined ? ' ' : LEVELS[Math.max(0, level)];
  }
  return line;
}

function extreme(
  { streams }: BulkResult,
  of: (...all: number[]) => number,
): number | null {
  const all = streams.flatMap(({ goodputMbit }) => goodputMbit ?? []);
  return all.length === 0 ? null : of(...all);
}

function figure(value: number | null | undefined): string {
  return String(value ?? '–');
}

function inMs(value: number | null): string {
  return value === null ? '–' : `${value} ms`;
}

/** `850 ms`, `92.5 s`. */
function inShort(ms: number): string {
  return ms > 10_000 ? `${+(ms / 1000).toFixed(1)} s` : inMs(Math.round(ms));
}

function mbit(value: number | null): string {
  return value === null ? '–' : `${value} Mbit/s`;
}

function modelled(result: BulkResult, value: number | null | undefined): string {
  const text = figure(value);
  return result.modelled && text !== '–' ? `~ ${text}` : text;
}
