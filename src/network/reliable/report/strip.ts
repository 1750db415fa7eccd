/**
 * The sender's window as a strip that slides over the messages. Pure.
 *
 *     ████████▒▒▒▒▒▒░░········   acknowledged, in flight, usable, closed
 *             └─ window ─┘
 */
import type { Point } from '../../../common/page/index.ts';
import { wrapped } from '../../../common/terminal/index.ts';
import type { FlowRecord, RungRecord } from './record.ts';

export type Cell = 'acknowledged' | 'flying' | 'usable' | 'closed';

export const CELLS: Record<Cell, { character: string; meaning: string }> = {
  acknowledged: { character: '█', meaning: 'acknowledged' },
  flying: { character: '▒', meaning: 'in flight' },
  usable: { character: '░', meaning: 'may be sent' },
  closed: { character: '·', meaning: 'must wait' },
};

export interface Strip {
  at: number;
  /** What this moment is. */
  words: string;
  /** One for each message, from the view's first. */
  cells: Cell[];
  /** The first of them in the window, and the first after it. */
  window: readonly [from: number, to: number];
}

interface View {
  /** The first message that the strips show, from 0. */
  first: number;
  strips: Strip[];
}

/** Cells before and after the window, to show how far it slides. */
const BEFORE = 8;
const BEHIND = 4;

/** Shows how the window slides over the first gap, or how it begins if nothing is sent again. */
export function slidingWindow(flow: FlowRecord, most: number): View {
  const moments = momentsOf(flow);
  const total = sentBy(flow, Infinity);
  const bases = moments.map(({ at }) => valueAt(flow.base, at));
  const gap = bases.at(-2) ?? 0;
  const first = Math.max(0, gap - BEFORE);
  const edges = moments.map(({ at }) => valueAt(flow.edge, at));
  const end = Math.min(total, first + most, Math.max(...edges) + BEHIND);
  const strips = moments
    .filter((_, index) => bases[index]! >= first)
    .map((moment) => stripAt(flow, first, end, moment));
  return { first, strips };
}

/** The strip from message `first` to the one before `end`. */
export function stripAt(
  flow: FlowRecord,
  first: number,
  end: number,
  { at, words }: Moment,
): Strip {
  const cells = Array.from({ length: end - first }, (_, k) =>
    cellOf(flow, first + k, at),
  );
  const [from, to] = [flow.base, flow.edge].map((points) => {
    return Math.min(end, Math.max(first, valueAt(points, at))) - first;
  });
  return { at, words, cells, window: [from!, to!] };
}

function cellOf(flow: FlowRecord, message: number, at: number): Cell {
  if ((flow.acknowledged[message] ?? Infinity) <= at) return 'acknowledged';
  if (message < sentBy(flow, at)) return 'flying';
  return message < valueAt(flow.edge, at) ? 'usable' : 'closed';
}

interface Moment {
  at: number;
  words: string;
}

function momentsOf({ acknowledged, base, sendings }: FlowRecord): Moment[] {
  const begin = sendings[0]?.at ?? 0;
  const news = base.find(({ value }) => value > 0)?.at;
  const start = { at: begin, words: 'the sender has begun' };
  const first =
    news === undefined ? [] : [{ at: news, words: 'the first round trip is over' }];
  const again = sendings.find(({ attempt }) => attempt > 0);
  if (!again) return [start, ...first];
  const name = `message ${again.message + 1}`;
  const filled = acknowledged[again.message];
  return [
    start,
    ...first,
    // Just before: at that moment itself, it has already been sent again.
    { at: again.at - 0.001, words: `${name} is about to be sent again` },
    {
      at: filled ?? again.at,
      words:
        filled === undefined
          ? `${name} has been sent again`
          : `${name} has been acknowledged`,
    },
  ].filter(({ at }, index, all) => index === 0 || at >= all[index - 1]!.at);
}

/** How many messages have been sent. */
export function sentBy({ sendings }: FlowRecord, at: number): number {
  return sendings.filter((one) => one.attempt === 0 && one.at <= at).length;
}

export function valueAt(points: readonly Point[], at: number): number {
  return points.findLast((point) => point.at <= at)?.value ?? 0;
}

/** @param width columns of the terminal */
export function stripLines(records: readonly RungRecord[], width: number): string[] {
  const key = Object.values(CELLS).map(
    ({ character, meaning }) => `${character} ${meaning}`,
  );
  return [
    'The window over the messages:',
    wrapped(key.join('  '), width),
    ...records.flatMap(({ flows, rung }) => {
      const { first, strips } = slidingWindow(flows[0]!, width - INDENT.length);
      const whose = flows.length > 1 ? ', the first sender' : '';
      return [
        '',
        rung + whose,
        ...strips.flatMap(({ at, cells, words }) => [
          ` ${at.toFixed(1)} ms: ${words}`,
          INDENT + cells.map((cell) => CELLS[cell].character).join(''),
        ]),
        INDENT + ruler(first, strips[0]!.cells.length),
      ];
    }),
  ];
}

const INDENT = '   ';

/** `1        10        20`: each number begins below its message. */
function ruler(first: number, count: number): string {
  let line = '';
  for (let number = first + 1; number <= first + count; number += 1) {
    const isRound = number === first + 1 || number % 10 === 0;
    const place = number - first - 1;
    if (isRound && (line === '' || line.length < place))
      line = line.padEnd(place) + String(number);
  }
  return line;
}
