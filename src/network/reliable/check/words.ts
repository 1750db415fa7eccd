/** Reports what a check has found, for a terminal and for programs. Pure. */
import { count, some } from '../../../common/index.ts';
import { type Paint, wrapped } from '../../../common/terminal/index.ts';
import { rungNamed } from '../rungs/rungs.ts';
import { type Case, PLAIN, replayOptions } from './case.ts';
import type { Failure, Verdict } from './check.ts';
import { arrows } from './picture.ts';
import type { Replayed, Subject } from './run-check.ts';

export interface Asked {
  subject: Subject;
  rung: string;
  /** Turns `ladder replay …` into the command to type. */
  typed: (rest: string) => string;
}

/** `core.ts`, or `--core "python3 core.py"`, as it is typed. */
function subjectInWords(subject: Subject): string {
  if ('command' in subject) return `--core "${subject.command.replaceAll('"', "'")}"`;
  return /\s/.test(subject.file) ? `"${subject.file}"` : subject.file;
}

/** @param width columns of the terminal */
export function verdictLines(
  { failure, role, runs }: Verdict,
  asked: Asked,
  paint: Paint,
  width: number,
): string[] {
  const { rung } = asked;
  const head = paint.bold(`${rung}, ${role}`);
  if (!failure) return [`${head}: ${some(runs, 'run')}, and nothing wrong.`];
  const { seed, sentence, shortest } = failure;
  const where =
    seed === null
      ? `${some(runs, 'run')} without a fault, and then:`
      : `wrong under seed ${count(seed)}.`;
  const replay = replayLine(failure, asked);
  const crossings = shortest?.crossings ?? [];
  return [
    `${head}: ${where}`,
    '',
    paint.bold(wrapped(sentence, width)),
    ...(shortest && crossings.length > 0
      ? [
          '',
          wrapped(shortestRun(shortest.run), width),
          '',
          ...arrows(crossings, width, rungNamed(rung).keeps),
        ]
      : []),
    ...(replay === null ? [] : ['', 'To run it again:', '', `  ${replay}`]),
  ];
}

/** Adds what the arrows do not show. */
function shortestRun({ space, strangers }: Case): string {
  const numbers = `, with sequence numbers from 0 to ${count(space - 1)}`;
  const twins =
    ', where a copy with another session number, not drawn, precedes each packet';
  return [
    'The shortest run that shows it',
    ...(space === PLAIN.space ? [] : [numbers]),
    ...(strangers ? [twins] : []),
    ':',
  ].join('');
}

function replayLine({ shortest }: Failure, asked: Asked): string | null {
  if (!shortest) return null;
  const { rung, subject, typed } = asked;
  const options = replayOptions(shortest.run, shortest.mishaps).join(' ');
  return typed(`ladder replay ${subjectInWords(subject)} --rung ${rung} ${options}`);
}

export function replayLines(
  { absent, crossings, foul }: Replayed,
  rung: string,
  paint: Paint,
  width: number,
): string[] {
  return [
    ...(crossings.length > 0
      ? [...arrows(crossings, width, rungNamed(rung).keeps), '']
      : []),
    ...(absent.length > 0
      ? [wrapped(`In this run nobody sends ${absent.join(' or ')}.`, width), '']
      : []),
    foul === null ? 'Nothing is wrong in this run.' : paint.bold(wrapped(foul, width)),
  ];
}

/** Version 1, described in docs/ladder.md. */
export function checkJson(verdicts: readonly Verdict[], asked: Asked): object {
  return {
    version: 1,
    rung: asked.rung,
    roles: verdicts.map(({ failure, role, runs }) => ({
      role,
      runs,
      failure: failure && {
        seed: failure.seed,
        rule: failure.rule,
        sentence: failure.sentence,
        replay: replayLine(failure, asked),
      },
    })),
  };
}
