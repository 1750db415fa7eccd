/** A lesson as a chapter: the order of its programs. */
import { expect, it } from 'vitest';
import { escaped } from '../../../book/html.ts';
import { lessonPage } from '../../../book/lesson-page.ts';
import { chooseLesson, findLessons } from '../../../src/lessons/index.ts';

it('has what a program imports from its folder in the same scene, each file once', () => {
  const { body, open } = lessonPage(chooseLesson(findLessons(), '23'), {
    highlight: (code) => code.split('\n').map(escaped),
    find: () => undefined,
    runs: undefined,
    lectures: 'lectures.html',
  });
  expect(open).toEqual([]);
  const headings = [...body.matchAll(/<h[23] id="([^"]+)"/g)].map(([, id]) => id);
  expect(headings.join(' ')).toBe(
    'scene-1 check-naive naive-core scene-2 check core scene-3 receiver sender driver',
  );
});
