/** Prints one experiment in full: question, what happened, why, and what to read. Pure. */
import type { Experiment } from './experiment.ts';
import type { Paint } from '../../common/terminal/index.ts';
import { asExpected, type Outcome } from './run.ts';
import { remark, wrap } from './table.ts';

export interface PageOptions {
  /** Columns of the terminal. */
  width: number;
  paint: Paint;
  /** Turns `file#text` into `file:line`. */
  placeOf: (reading: string) => string;
}

/** Wider prose is hard to read. */
const PROSE = 90;
const INDENT = '  ';

/** Prints each experiment with its question, the answer that the machine gave, and why. */
export function pageLines(outcomes: readonly Outcome[], options: PageOptions): string[] {
  return outcomes.flatMap((outcome, index) => [
    ...(index > 0 ? ['', ''] : []),
    ...questionLines(outcome.experiment, options, shownAnswer(outcome)),
    '',
    ...outcomeLines(outcome, options),
  ]);
}

/** The name, the question, and the answers with their numbers. */
export function questionLines(
  experiment: Experiment,
  options: Omit<PageOptions, 'placeOf'>,
  shown?: string,
): string[] {
  const { paint } = options;
  const answers = Object.entries(experiment.answers).flatMap(([id, text], index) => {
    const lines = indented(`${index + 1}`, text, options);
    return id === shown ? lines.map((line) => paint.green(line)) : lines;
  });
  return [
    paint.bold(experiment.name),
    ...wrap(experiment.question, proseWidth(options)),
    '',
    ...answers,
  ];
}

/** What happened, why, and what to read. */
export function outcomeLines(outcome: Outcome, options: PageOptions): string[] {
  const { experiment } = outcome;
  const { paint, placeOf } = options;
  const reading = experiment.read.map((place) => `${INDENT}${placeOf(place)}`);
  return [
    paint.cyan('What happened'),
    ...happened(outcome, options),
    '',
    paint.cyan('Why'),
    ...prose(experiment.because, options),
    ...prose(`Written in ${experiment.sources.join('; ')}.`, options).map(paint.dim),
    '',
    paint.cyan('Read'),
    ...reading,
  ];
}

/** The answer that the machine gave; undefined when it gave none of them. */
function shownAnswer(outcome: Outcome): string | undefined {
  return outcome.state === 'ran' ? outcome.finding.answer : undefined;
}

/** The number of that answer, from 1, as it was offered. */
export function shownNumber(outcome: Outcome): number | undefined {
  const answer = shownAnswer(outcome);
  if (answer === undefined) return undefined;
  return Object.keys(outcome.experiment.answers).indexOf(answer) + 1;
}

function happened(outcome: Outcome, options: PageOptions): string[] {
  const { paint } = options;
  if (outcome.state === 'not-here') {
    return prose(paint.yellow(`Not here: ${outcome.reason}.`), options);
  }
  if (outcome.state === 'failed') {
    return prose(paint.red(`It failed: ${outcome.reason}`), options);
  }
  const { udp, tcp } = outcome.finding;
  const number = shownNumber(outcome);
  const verdict =
    number === undefined ? 'None of the answers.' : `That is answer ${number}.`;
  const usual = asExpected(outcome) === true;
  return [
    ...indented('UDP', udp.told, options),
    ...indented('TCP', tcp.told, options),
    ...outcome.silences.flatMap(({ because, milliseconds }) =>
      prose(
        `Nothing more arrived in ${milliseconds} ms. That is long enough: ${because}.`,
        options,
      ).map(paint.dim),
    ),
    ...prose(usual ? paint.green(verdict) : paint.yellow(verdict), options),
    ...(usual ? [] : prose(paint.yellow(remark(outcome)), options)),
  ];
}

/** `  UDP  text`, with further lines indented below the text. */
function indented(
  label: string,
  text: string,
  options: Omit<PageOptions, 'placeOf'>,
): string[] {
  const before = `${INDENT}${label}${INDENT}`;
  return wrap(text, proseWidth(options) - before.length).map((line, index) =>
    index === 0 ? before + line : ' '.repeat(before.length) + line,
  );
}

function prose(text: string, options: Omit<PageOptions, 'placeOf'>): string[] {
  return wrap(text, proseWidth(options) - INDENT.length).map((line) => INDENT + line);
}

function proseWidth({ width }: { width: number }): number {
  return Math.max(30, Math.min(width, PROSE));
}
