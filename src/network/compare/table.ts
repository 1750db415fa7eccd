/** Prints a comparison for a terminal: a table, and what it means. Pure. */
import { some } from '../../common/index.ts';
import { type Paint, tableOf } from '../../common/terminal/index.ts';
import {
  describeLink,
  KERNEL_CONTROL,
  type KernelLink,
  type LinkOptions,
} from '../link/index.ts';
import type { LaneResult } from './measure.ts';
import type { Plan } from './options.ts';
import type { Comparison } from './run.ts';

export const NAMES = { udp: 'UDP', tcp: 'TCP, bare', framed: 'TCP, framed' } as const;

/** What --virtual does. */
const IN_VIRTUAL_TIME =
  'Virtual time: nothing is sent, and the figures are the same in every run.';

interface Row {
  name: string;
  /** False for a row that is shown only if a kernel dropped datagrams. */
  always?: false;
  of: (result: LaneResult) => string;
}

const ROWS: readonly Row[] = [
  { name: 'messages sent', of: ({ sent }) => String(sent) },
  { name: 'delivered', of: ({ delivered }) => String(delivered) },
  { name: 'lost', of: ({ finished, lost }) => `${lost}${finished ? '' : ' so far'}` },
  {
    name: '  dropped by this machine',
    of: ({ kernelDrops }) => figure(kernelDrops ?? undefined),
    always: false,
  },
  { name: 'duplicated', of: ({ duplicated }) => String(duplicated) },
  { name: 'out of order', of: ({ outOfOrder }) => String(outOfOrder) },
  { name: 'corrupted', of: ({ corrupted }) => String(corrupted) },
  { name: 'receive calls', of: ({ events }) => String(events) },
  { name: '  that held one message', of: ({ boundariesKept }) => String(boundariesKept) },
  { name: 'latency: p50', of: ({ latencyMs }) => ms(latencyMs?.p50) },
  { name: '  p90', of: ({ latencyMs }) => ms(latencyMs?.p90) },
  { name: '  p99', of: ({ latencyMs }) => ms(latencyMs?.p99) },
  { name: 'waited for an earlier one', of: ({ blocked }) => figure(blocked?.messages) },
  { name: '  for at most', of: ({ blocked }) => ms(blocked?.longestMs || undefined) },
  { name: 'packets, both ways', of: (one) => modelled(one, figure(one.wire?.packets)) },
  {
    name: '  of which sent again',
    of: (one) => modelled(one, figure(one.wire?.retransmitted)),
  },
  {
    name: '  of which acknowledgements',
    of: (one) => modelled(one, figure(one.wire?.acknowledgements)),
  },
  {
    name: 'bytes for each message',
    of: (one) => modelled(one, decimal(one.wire?.bytesPerMessage)),
  },
  { name: 'before the first message', of: (one) => modelled(one, ms(one.setUp.ms)) },
];

/** The lines of the table, and below it why messages were slow. */
export function comparisonLines(
  { model, plan, results }: Comparison,
  paint: Paint,
): string[] {
  const lines = linesOf(results, paint, modelledWords(plan));
  if (!model) return lines;
  return [
    ...lines,
    '',
    IN_MODEL,
    '',
    ...linesOf(model, paint, modelledWords({ virtual: true })),
  ];
}

/** Above the second table. */
export const IN_MODEL = 'The same fates in the model of TCP, in virtual time:';

function linesOf(
  results: readonly LaneResult[],
  paint: Paint,
  modelled: string,
): string[] {
  const head = ['', ...results.map(({ lane }) => paint.bold(NAMES[lane]))];
  const aligns = ['left' as const, ...results.map(() => 'right' as const)];
  return [
    ...tableOf(head, tableRows(results), { aligns, gap: 3, indent: 1 }),
    '',
    ...results.flatMap((result) => why(result)),
    ...(results.some((result) => result.modelled) ? [paint.dim(modelled)] : []),
  ];
}

/** What ~ means: in real time through a relay, and where nothing is sent at all. */
export function modelledWords({ virtual }: Pick<Plan, 'virtual'>): string {
  return virtual
    ? '~ modelled: no packet was sent. A model of TCP computes them.'
    : "~ modelled: a relay cannot see TCP's own packets, so it computes them.";
}

/** A row for each figure: its name, and its value in each lane. */
export function tableRows(results: readonly LaneResult[]): string[][] {
  const rows = ROWS.filter(({ always }) => always !== false || results.some(droppedAny));
  return rows.map(({ name, of }) => [name].concat(results.map(of)));
}

function droppedAny({ kernelDrops }: LaneResult): boolean {
  return kernelDrops !== null && kernelDrops > 0;
}

/** Says what is going to be compared. */
export function headingLines({
  every,
  kernel,
  link,
  messages,
  size,
  virtual,
}: Plan): string[] {
  return [
    `${messages} messages of ${size} bytes, ${paceInWords(every)}, in each lane.`,
    ...madeWords({ kernel, virtual }),
    luckLine(link),
  ];
}

/** What makes the link, unless a relay does. */
export function madeWords({
  kernel,
  virtual,
}: Pick<Plan, 'kernel' | 'virtual'>): string[] {
  return [
    ...(virtual ? [IN_VIRTUAL_TIME] : []),
    ...(kernel ? [kernelWords(kernel)] : []),
  ];
}

/** What happens to packets, for one line of a heading. */
export function luckLine(link: LinkOptions): string {
  const luck = luckOf(link);
  return luck === undefined ? 'The link is perfect.' : `What happens to packets: ${luck}`;
}

/** What happens to packets: `loss=10%,seed=7` or `recorded fates, delay=5ms`, if anything. */
export function luckOf(link: LinkOptions): string | undefined {
  const words = [link.replay ? 'recorded fates' : '', describeLink(link)];
  return words.filter((word) => word !== '').join(', ') || undefined;
}

/** What the kernel does, and how. */
function kernelWords({ exact, means }: KernelLink): string {
  const what = exact
    ? `loses them (${means}), and nothing on the way back`
    : `makes the link (${means}), in both directions`;
  return `The kernel ${what}. Its TCP is ${KERNEL_CONTROL}.`;
}

/** How fast messages are sent. */
export function paceInWords(every: number): string {
  return every === 0 ? 'without a pause' : `one every ${every} ms`;
}

/** What a reader can conclude, and which messages show it. */
function why(result: LaneResult): string[] {
  const { blocked, finished, lane, lost } = result;
  const name = NAMES[lane];
  if (lane === 'udp') {
    return [...udpWords(result), ...(droppedAny(result) ? [droppedWords(result)] : [])];
  }
  const silence = [
    ...(finished ? [] : [silenceWords(name, lost)]),
    ...(finished && lost > 0
      ? [`${name} gave up: ${some(lost, 'message')} never arrived.`]
      : []),
  ];
  if (!blocked || blocked.messages === 0) return silence;
  const examples = blocked.examples.map(({ message, ms: waited, waitedFor }) => {
    const why = wasLost(result, waitedFor) ? 'was sent again' : 'had been overtaken';
    return `  ${message} had arrived and waited ${waited} ms for ${waitedFor}, which ${why}`;
  });
  return [
    ...silence,
    `${name}: messages had to wait for earlier ones (head-of-line blocking).`,
    ...examples,
  ];
}

/** What UDP did about what happened to its packets: nothing. */
function udpWords({ lane, lost, outOfOrder }: LaneResult): string[] {
  const waited = `${NAMES[lane]} waited for nothing`;
  if (lost > 0) return [`${waited} and sent nothing again: what was lost stayed lost.`];
  if (outOfOrder > 0) return [`${waited}: what was overtaken arrived out of order.`];
  return [];
}

/** Whether message k did not arrive when it was first sent; otherwise it came late. */
function wasLost({ fates }: LaneResult, message: number): boolean {
  return (fates ?? []).some(
    ({ attempt, k, outcome }) => k === message && attempt === 0 && outcome !== 'sent',
  );
}

/** Says that a stream had not ended, and so its figures are not final. */
function silenceWords(name: string, lost: number): string {
  const words = `${some(lost, 'message')} had not arrived when we stopped waiting`;
  return `${name}: ${words}. TCP keeps retransmitting; Linux gives up after about 15 minutes.`;
}

/** What the machine did, and the link did not. */
function droppedWords({ kernelDrops }: LaneResult): string {
  const words = some(kernelDrops ?? 0, 'datagram');
  return `This machine's kernel dropped ${words}: nobody read them in time. Try a longer --every.`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '–' : String(value);
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${decimal(value)} ms`;
}

/** To one decimal place, so that the points are aligned; a very short wait gets more. */
function decimal(value: number | undefined): string {
  if (value === undefined) return '–';
  return value > 0 && value < 0.1 ? String(value) : value.toFixed(1);
}

function modelled({ modelled: is }: LaneResult, text: string): string {
  return is ? `~ ${text}` : text;
}
