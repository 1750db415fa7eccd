/**
 * Every exercise of every lesson has an answer in the book. Those that are programs print what
 * their headers say; those that are prose name what shows it, and that exists.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allAnswers,
  allExercises,
  answerProblems,
  findAnswer,
  type ProgramAnswer,
} from '../../../book/answers.ts';
import { seenPattern } from '../../../src/lessons/index.ts';
import { needIPv6 } from '../../support/peers.ts';
import { type End, IN_PEACE, Programs, ROOT } from '../../support/programs.ts';
import type { AnswerRun } from '../../support/run-answers.ts';

const AT_ONCE = 2;
const programs = new Programs();
const answers = allAnswers();
const runnable = answers.filter(
  (answer): answer is ProgramAnswer => answer.kind === 'program',
);
const here = runnable.filter(({ where }) => where?.includes(process.platform) ?? true);
const ends: End[] = [];
const runs = new Map<string, AnswerRun>();

beforeAll(async () => {
  const started = Array.from({ length: AT_ONCE }, (_, index) =>
    run(here.filter((_, at) => at % AT_ONCE === index)),
  );
  ends.push(...(await Promise.all(started)));
}, 600_000);

/** Runs these in one process. */
async function run(some: readonly ProgramAnswer[]): Promise<End> {
  const files = some.map(({ file }) => join(ROOT, file));
  const program = programs.source('test/support/run-answers.ts', files);
  // One after the other, each as long as any wait: all of them may take longer than that.
  for (const file of files) await program.printed(JSON.stringify(file));
  const end = await program.ended();
  for (const line of program.stdout.trimEnd().split('\n')) {
    const one = JSON.parse(line) as AnswerRun;
    runs.set(one.file, one);
  }
  return end;
}

afterAll(() => programs.stopAll());

describe('an exercise', () => {
  const exercises = allExercises();

  it.each(exercises)('has an answer: %s, %s', (lesson, name) => {
    expect(findAnswer(lesson, name)?.short ?? '').not.toBe('');
  });

  it('is there for every answer, and what the answers name', () => {
    expect(answerProblems()).toEqual([]);
  });
});

describe('an answer', () => {
  it('leaves nothing open: the process that has run them ends by itself', () => {
    expect(ends).toEqual(Array.from({ length: AT_ONCE }, () => IN_PEACE));
  });

  it.for(runnable)('prints what its header says: $file', async (answer, context) => {
    const { file, see, source, where } = answer;
    if (!here.includes(answer)) context.skip(`it is about ${where!.join(', ')}`);
    if (source.includes("'::")) needIPv6(context);
    const { printed, error } = runs.get(join(ROOT, file))!;
    expect(error).toBeUndefined();
    const wanted = seenPattern(see.map((line) => ({ printed: line })));
    expect(printed.map((line) => `${line}\n`).join('')).toMatch(wanted);
  });
});
