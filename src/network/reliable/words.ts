/** Prints the ladder for a terminal: what is sent, a row for each rung, what went wrong. Pure. */
import { count, some } from '../../common/index.ts';
import { type Paint, tableOf, wrapped } from '../../common/terminal/index.ts';
import { describeLink, withSeed } from '../link/model/index.ts';
import { namesOf } from './edits.ts';
import type { LadderPlan, RungResult } from './ladder.ts';

/**
 * Says what is going to be sent, and over what.
 * @param width columns of the terminal
 */
export function ladderHeading(
  { edits, link, messages, options, readEvery, real, senders, size }: LadderPlan,
  width: number,
): string[] {
  const { space, timeout, window } = options;
  const numbers = space < WHOLE_SPACE ? [`sequence numbers modulo ${space}`] : [];
  const reader = readEvery > 0 ? [`a message read every ${readEvery} ms`] : [];
  const rest = [`window ${window}`, `time-out ${timeout} ms`, ...numbers, ...reader];
  const whose = senders === 1 ? '' : `${senders} senders share the link, each with `;
  const luck = describeLink(withSeed(link));
  const chosen = (['lose', 'save'] as const).flatMap((edit) => {
    const names = namesOf(edits, edit).replaceAll(',', ', ');
    return names === ''
      ? []
      : [`Always ${edit === 'lose' ? 'lost' : 'delivered'}: ${names}`];
  });
  return [
    `${whose}${some(messages, 'message')} of ${some(size, 'byte')}; ${rest.join(', ')}.`,
    real ? REAL : VIRTUAL,
    luck === '' ? 'The link is perfect.' : `What happens to packets: ${luck}`,
    ...chosen,
  ].map((line) => wrapped(line, width));
}

const VIRTUAL =
  'Virtual time: nothing is sent, and the figures are the same in every run.';
const REAL =
  'Real datagrams through a relay on this machine: times differ from run to run.';
const WHOLE_SPACE = 2 ** 32;

interface Column {
  head: string;
  of: (result: RungResult) => string;
  /** Whether the row is shown only with several senders, or only with one. */
  several?: boolean;
}

/** A row for each figure, with its name and every rung's value. */
export function figureRows(
  { senders }: LadderPlan,
  results: readonly RungResult[],
): string[][] {
  return columnsFor(senders).map(({ head, of }) => [head].concat(results.map(of)));
}

function columnsFor(senders: number): readonly Column[] {
  return COLUMNS.filter(
    ({ several }) => several === undefined || several === senders > 1,
  );
}

const COLUMNS: readonly Column[] = [
  { head: 'goodput', of: ({ goodput }) => speed(goodput) },
  { head: 'formula', of: ({ formula }) => speed(formula), several: false },
  { head: 'fairness', of: ({ jain }) => jain?.toFixed(3) ?? '–', several: true },
  { head: 'repeats', of: ({ again }) => count(again) },
  { head: 'needless', of: ({ needless }) => count(needless) },
  { head: 'link', of: ({ linkUsed }) => share(linkUsed) },
  { head: 'time', of: ({ time }) => (time > 0 ? `${(time / 1000).toFixed(2)} s` : '–') },
];

export function ladderLines(
  plan: LadderPlan,
  results: readonly RungResult[],
  paint: Paint,
  width: number,
): string[] {
  const columns = columnsFor(plan.senders);
  const head = ['', ...columns.map(({ head: word }) => paint.bold(word))];
  const rows = results.map((result) => [
    result.rung,
    ...columns.map(({ of }) => of(result)),
  ]);
  const aligns = ['left' as const, ...columns.map(() => 'right' as const)];
  const notes = ladderNotes(plan, results);
  return [
    ...tableOf(head, rows, { aligns, gap: 2, indent: 1 }),
    ...(notes.length > 0 ? ['', ...notes.map((note) => wrapped(note, width))] : []),
  ];
}

/** A sentence for each thing that went wrong. */
export function ladderNotes(
  { messages, senders }: LadderPlan,
  results: readonly RungResult[],
): string[] {
  return results.flatMap((result) => notesOn(result, senders * messages));
}

function notesOn(
  { delivered, dropped, end, rung, wrong }: RungResult,
  all: number,
): string[] {
  const got = `it delivered ${count(delivered)} of ${some(all, 'message')}`;
  return [
    ...(end === 'gave-up' ? [`${rung} gave up: ${got}.`] : []),
    ...(end === 'late' ? [`${rung} was stopped after a year: ${got}.`] : []),
    ...(dropped > 0
      ? [`${rung} lost ${some(dropped, 'message')} for which the reader had no room.`]
      : []),
    ...(wrong === undefined || dropped > 0 ? [] : [`${rung}: ${wrong}.`]),
  ];
}

function speed(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return '–';
  const kilobytes = bytesPerSecond / 1000;
  if (kilobytes >= 10_000) return `${count(Math.round(kilobytes / 1000))} MB/s`;
  return `${count(+kilobytes.toFixed(kilobytes < 10 ? 1 : 0))} kB/s`;
}

function share(part: number | null): string {
  return part === null ? '–' : `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
}
