/**
 * All outcomes as a table for a terminal: the question, what UDP did, what TCP did. Pure.
 *
 *     coalescing                UDP                     TCP
 *     Two messages of 5 …       5 bytes, in 20 of …     both, 10 bytes, in …
 */
import wrapAnsi from 'wrap-ansi';
import type { Paint } from '../../common/terminal/index.ts';
import { pad } from '../../common/text/index.ts';
import { byChapter } from './catalogue.ts';
import { asExpected, type Outcome } from './run.ts';
import { some } from './words.ts';

/** Between two columns. */
const GAP = '  ';
/** The question needs more room than an outcome. */
const SHARES = [0.36, 0.3, 0.34];
/** Longer lines are hard to read. */
const WIDEST = 200;
const NARROWEST = 50;

/** @param width columns of the terminal */
export function tableLines(
  outcomes: readonly Outcome[],
  width: number,
  paint: Paint,
): string[] {
  const widths = columns(width);
  const lines = row(widths, ['', paint.bold('UDP'), paint.bold('TCP')]);
  for (const { title, things } of byChapter(outcomes, ({ experiment }) => experiment)) {
    lines.push(paint.cyan(title), '');
    for (const outcome of things) lines.push(...row(widths, cells(outcome, paint)), '');
  }
  return [...lines, ...wrap(summary(outcomes), Math.min(width, WIDEST))];
}

/** How many behaviours ran, and which of them need a second look. */
function summary(outcomes: readonly Outcome[]): string {
  const names = (wanted: (outcome: Outcome) => boolean): string[] =>
    outcomes.filter(wanted).map(({ experiment }) => experiment.name);
  const usual = names((outcome) => asExpected(outcome) === true);
  const parts = [`${usual.length} as expected`];
  const others = {
    unexpected: names((outcome) => asExpected(outcome) === false),
    'not here': names(({ state }) => state === 'not-here'),
    failed: names(({ state }) => state === 'failed'),
  };
  for (const [what, which] of Object.entries(others)) {
    if (which.length > 0) parts.push(`${which.length} ${what} (${which.join(', ')})`);
  }
  return `${some(outcomes.length, 'behaviour')}: ${parts.join(', ')}.`;
}

/** For an unexpected outcome: what is different on this system. */
export function remark({ differs }: Outcome): string {
  return differs ?? 'Not the usual answer.';
}

function cells(outcome: Outcome, paint: Paint): [string, string, string] {
  const { name, question } = outcome.experiment;
  const asked = `${paint.bold(name)}\n${question}`;
  if (outcome.state === 'ran') {
    const { udp, tcp } = outcome.finding;
    const usual = asExpected(outcome) === true;
    const note = usual ? '' : `\n${paint.yellow(remark(outcome))}`;
    return [`${asked}${note}`, udp.told, tcp.told];
  }
  const here = outcome.state === 'not-here';
  const what = here ? paint.yellow('not here') : paint.red('failed');
  return [asked, `${what}: ${outcome.reason}`, ''];
}

function columns(width: number): number[] {
  const room = Math.max(NARROWEST, Math.min(width, WIDEST)) - 2 * GAP.length;
  return SHARES.map((share) => Math.floor(share * room));
}

function row(widths: readonly number[], texts: readonly string[]): string[] {
  const wrapped = texts.map((text, index) => wrap(text, widths[index]!));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    wrapped
      .map((lines, index) => pad(lines[line] ?? '', widths[index]!))
      .join(GAP)
      .trimEnd(),
  );
}

export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, width, { hard: true }).split('\n');
}
