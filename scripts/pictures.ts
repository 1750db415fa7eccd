/**
 * Redraws the pictures in docs/pictures: plays and traces each lesson, and draws what it did as
 * SVG and as text.
 *
 *   npm run pictures           all lessons, about a minute
 *   npm run pictures -- 01 02  only these lessons
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../src/common/index.ts';
import { chooseLesson, findLessons } from '../src/lessons/index.ts';
import { freePort } from '../src/common/process/index.ts';
import { drawLesson, PICTURES, traceLesson } from './lesson-pictures.ts';

const lessons = findLessons();
const wanted = process.argv.slice(2).map((name) => chooseLesson(lessons, name));

const port = await freePort();
mkdirSync(PICTURES, { recursive: true });
for (const lesson of wanted.length > 0 ? wanted : lessons) {
  const { trace, played } = await traceLesson(lesson, port);
  for (const { role, problem } of played) {
    if (problem !== undefined) throw new Error(`${lesson.id}: ${role.name} ${problem}`);
  }
  const { text, image, summary } = await drawLesson(lesson, trace);
  replaceFile(join(PICTURES, `${lesson.id}.txt`), text);
  replaceFile(join(PICTURES, `${lesson.id}.svg`), image);
  console.log(`${lesson.id}: ${summary}`);
}
