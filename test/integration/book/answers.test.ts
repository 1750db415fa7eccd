/** The answers to the lessons' exercises are programs, and print what their headers say. */
import { afterEach, describe, expect, it } from 'vitest';
import { allAnswers, findAnswer } from '../../../book/answers.ts';
import { findLessons, seenPattern } from '../../../src/lessons/index.ts';
import { IN_PEACE, Programs } from '../../support/programs.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

describe('an answer', () => {
  it.each(allAnswers())('prints what its header says: $file', async ({ file, see }) => {
    const answer = programs.source(file, []);
    expect(await answer.ended()).toEqual(IN_PEACE);
    expect(answer.stdout).toMatch(seenPattern(see.map((printed) => ({ printed }))));
  });

  it('belongs to an exercise that there is', () => {
    const exercises = findLessons().flatMap(({ id, scenes }) =>
      scenes.flatMap(({ roles }) =>
        roles.map(({ file }) => [id, /([\w-]+)\.ts$/.exec(file)![1]!] as const),
      ),
    );
    const answered = exercises.map(([id, name]) => findAnswer(id, name)?.file);
    for (const { file } of allAnswers()) expect(answered).toContain(file);
  });
});
