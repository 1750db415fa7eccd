/** The first lessons show what their headers say, and a header that is not true is found. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLessons } from '../../src/lessons/index.ts';
import { ROOT } from '../support/programs.ts';
import { differences, seeBlocks } from '../support/scenes.ts';

seeBlocks((number) => number <= 5);

describe('a See block that is not true', () => {
  const [lesson] = findLessons(join(ROOT, 'test/fixtures/lessons'));

  it.each([
    ['another line', 'other-line.ts'],
    ['a line too many', 'line-too-many.ts'],
    ['a line too few', 'line-too-few.ts'],
  ])('is found when the program prints %s', async (_, program) => {
    const scene = lesson!.scenes.find(({ roles }) => roles[0]!.file.endsWith(program))!;
    expect(await differences(scene)).toEqual([
      expect.stringMatching(/ printed something else:\nthe first line\n/),
    ]);
  });
});
