/** Prints a comparison for a terminal: a table, and what it means. Pure. */
import { type Paint, tableOf } from '../../common/terminal/index.ts';
import { describeLink } from '../link/index.ts';
import type { LaneResult } from './measure.ts';
import type { Plan } from './options.ts';
import type { Comparison } from './run.ts';

export const NAMES = { udp: 'UDP', tcp: 'TCP, bare', framed: 'TCP, framed' } as const;

interface Row {
  name: string;
  of: (result: LaneResult) => string;
}

const ROWS: readonly Row[] = [
  { name: 'messages sent', of: ({ sent }) => String(sent) },
  { name: 'delivered', of: ({ delivered }) => String(delivered) },
  { name: 'lost', of: ({ lost }) => String(lost) },
  { name: 'duplicated', of: ({ duplicated }) => String(duplicated) },
  { name: 'out of order', of: ({ outOfOrder }) => String(outOfOrder) },
  { name: 'corrupted', of: ({ corrupted }) => String(corrupted) },
  { name: 'receive calls', of: ({ events }) => String(events) },
  { name: '  that held one message', of: ({ boundariesKept }) => String(boundariesKept) },
  { name: 'latency: p50', of: ({ latencyMs }) => ms(latencyMs?.p50) },
  { name: '  p90', of: ({ latencyMs }) => ms(latencyMs?.p90) },
  { name: '  p99', of: ({ latencyMs }) => ms(latencyMs?.p99) },
  { name: 'waited for an earlier one', of: ({ blocked }) => some(blocked?.messages) },
  { name: '  for at most', of: ({ blocked }) => ms(blocked?.longestMs || undefined) },
  { name: 'packets', of: (one) => modelled(one, some(one.wire?.packets)) },
  {
    name: '  of them sent again',
    of: (one) => modelled(one, some(one.wire?.retransmitted)),
  },
  {
    name: 'bytes for each message',
    of: (one) => modelled(one, some(one.wire?.bytesPerMessage)),
  },
  { name: 'before the first message', of: (one) => modelled(one, ms(one.setUp.ms)) },
];

/** The lines of the table, and below it why messages were slow. */
export function comparisonLines({ results }: Comparison, paint: Paint): string[] {
  const head = ['', ...results.map(({ lane }) => paint.bold(NAMES[lane]))];
  const aligns = ['left' as const, ...results.map(() => 'right' as const)];
  return [
    ...tableOf(head, tableRows(results), { aligns, gap: 3, indent: 1 }),
    '',
    ...results.flatMap((result) => why(result)),
    ...(results.some((result) => result.modelled)
      ? [
          paint.dim(
            "~ modelled: a relay cannot see TCP's own packets, so it computes them.",
          ),
        ]
      : []),
  ];
}

/** A row for each figure: its name, and its value in each lane. */
export function tableRows(results: readonly LaneResult[]): string[][] {
  return ROWS.map(({ name, of }) => [name].concat(results.map(of)));
}

/** Says what is going to be compared. */
export function headingLines({ every, kernel, link, messages, size }: Plan): string[] {
  const luck = describeLink(link);
  return [
    `${messages} messages of ${size} bytes, one every ${every} ms, in each lane.`,
    ...(kernel ? [`The kernel makes the link (${kernel}), in both directions.`] : []),
    luck === '' ? 'The link is perfect.' : `What happens to packets: ${luck}`,
  ];
}

/** What a reader can conclude, and which messages show it. */
function why({ blocked, lane, lost, outOfOrder }: LaneResult): string[] {
  const name = NAMES[lane];
  if (lane === 'udp') {
    if (lost === 0 && outOfOrder === 0) return [];
    return [
      `${name} waited for nothing and sent nothing again: what was lost stayed lost.`,
    ];
  }
  if (!blocked || blocked.messages === 0) return [];
  const examples = blocked.examples.map(
    ({ message, ms: waited, waitedFor }) =>
      `  ${message} had arrived and waited ${waited} ms for ${waitedFor}, which was sent again`,
  );
  return [
    `${name}: messages had to wait for earlier ones (head-of-line blocking).`,
    ...examples,
  ];
}

function some(value: number | undefined): string {
  return value === undefined ? '–' : String(value);
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${value} ms`;
}

function modelled({ modelled: is }: LaneResult, text: string): string {
  return is ? `~ ${text}` : text;
}
