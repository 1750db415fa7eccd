/**
 * Prints what a relay does: a line for each packet that something happened to, and a table at
 * the end. Pure.
 *
 *        1.204 s  there  #3       32 bytes  lost
 *        1.310 s  back   #9       32 bytes  1 extra copy, overtaken by 2
 */
import { some } from '../../../common/index.ts';
import { isUnhappy } from './fate.ts';
import type { Fate } from './packet.ts';
import type {
  DatagramCounts,
  DatagramRelayStatistics,
  FateEvent,
  StreamCounts,
  StreamFateEvent,
  StreamRelayStatistics,
} from './statistics.ts';

/** The line for a packet; undefined when nothing happened to it. */
export function fateLine(event: FateEvent | StreamFateEvent): string | undefined {
  const { time, direction, k, size, fate, outcome } = event;
  if (!isUnhappy(fate) && outcome === 'sent') return undefined;
  const columns = [
    `${(time / 1000).toFixed(3)} s`.padStart(12),
    direction.padEnd(5),
    `#${k}`.padEnd(7),
    `${size} bytes`.padStart(11),
    outcome === 'sent' || fate.lost ? inWords(fate, size) : OUTCOMES[outcome],
  ];
  if ('modelled' in event) columns.push(`(${whichStream(event)})`);
  return columns.join('  ');
}

const BAD_CHECKSUM = 'lost: its checksum is wrong';
const OUTCOMES = {
  lost: BAD_CHECKSUM,
  'queue-full': 'dropped: the queue is full',
  overloaded: 'dropped: the relay is full',
} as const;

function inWords(fate: Fate, size: number): string {
  const { copies, overtakenBy, flippedAt } = fate;
  if (fate.lost) return flippedAt >= 0 ? BAD_CHECKSUM : 'lost';
  return [
    copies.length > 0 &&
      `${copies.length} extra ${copies.length === 1 ? 'copy' : 'copies'}`,
    overtakenBy > 0 && `overtaken by ${overtakenBy}`,
    flippedAt >= 0 &&
      `a bit of byte ${Math.min(Math.floor(flippedAt * size), size - 1)} flipped`,
  ]
    .filter(Boolean)
    .join(', ');
}

function whichStream({ line, offset, size, attempt }: StreamFateEvent): string {
  const again = attempt > 0 ? `, sent for the ${ordinal(attempt + 1)} time` : '';
  return `connection ${line + 1}, bytes ${offset} to ${offset + size - 1}${again}; modelled`;
}

function ordinal(n: number): string {
  const ending = { 1: 'st', 2: 'nd', 3: 'rd' }[n % 100 > 10 && n % 100 < 14 ? 0 : n % 10];
  return `${n}${ending ?? 'th'}`;
}

const DATAGRAM_ROWS: readonly [keyof DatagramCounts, string][] = [
  ['received', 'received'],
  ['lost', '− lost'],
  ['badChecksum', '  with a wrong checksum'],
  ['queueFull', '− dropped, queue full'],
  ['overloaded', '− dropped, relay full'],
  ['failed', '− could not be sent'],
  ['duplicated', '+ copies'],
  ['delivered', '= passed on'],
  ['reordered', 'held to be overtaken'],
  ['corrupted', 'passed on with a flipped bit'],
  ['deliveredBytes', 'bytes passed on'],
];

const STREAM_ROWS: readonly [keyof StreamCounts, string][] = [
  ['bytes', 'bytes received'],
  ['deliveredBytes', 'bytes passed on'],
  ['segments', 'segments (modelled)'],
  ['lost', 'lost'],
  ['queueFull', 'dropped, queue full'],
  ['retransmissions', 'sent again'],
  ['waited', 'waited for an earlier one'],
];

/** What happened to datagrams, as a table without rows of zeros. */
export function datagramSummary(statistics: DatagramRelayStatistics): string[] {
  const { there, back, ...others } = statistics;
  return [...table(DATAGRAM_ROWS, there, back), ...aside(others)];
}

/** What happened to streams, as a table without rows of zeros. */
export function streamSummary(statistics: StreamRelayStatistics): string[] {
  const { there, back, ...others } = statistics;
  const { connectionsEver, resets } = others;
  const broken = resets > 0 ? `, ${resets} of them reset` : '';
  return [
    ...table(STREAM_ROWS, there, back),
    `connections: ${connectionsEver}${broken}`,
    ...aside(others),
  ];
}

function aside(numbers: { nobodyThere: number; turnedAway: number }): string[] {
  const { nobodyThere, turnedAway } = numbers;
  return [
    ...(nobodyThere > 0 ? [`target not reached: ${some(nobodyThere, 'time')}`] : []),
    ...(turnedAway > 0 ? [`refused because of too many clients: ${turnedAway}`] : []),
  ];
}

function table<Counts extends Record<Name, number>, Name extends string>(
  rows: readonly [Name, string][],
  there: Counts,
  back: Counts,
): string[] {
  const shown = rows.filter(
    ([name], index) => index === 0 || there[name] + back[name] > 0,
  );
  const width = Math.max(...shown.map(([, words]) => words.length));
  const line = (words: string, one: string, other: string): string =>
    `${words.padEnd(width)}${one.padStart(12)}${other.padStart(12)}`;
  return [
    line('', 'there', 'back'),
    ...shown.map(([name, words]) => line(words, String(there[name]), String(back[name]))),
  ];
}
