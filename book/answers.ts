/**
 * Answers to the lessons' exercises: whole programs in answers/NN-name/, each called as the
 * program whose exercise it answers. A test runs every one. Its header:
 *
 *   /**
 *    * Answer: in one line.
 *    *
 *    * More, as prose.
 *    * See:
 *    *   what it prints, as in a lesson
 *    * /
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSource, ROOT, sourcesUnder } from './sources.ts';

export interface Answer {
  /** From the project's root. */
  file: string;
  source: string;
  short: string;
  prose: string[];
  /** What it prints, with the placeholders of a See block. */
  see: string[];
}

const FOLDER = 'book/answers';

export function findAnswer(lesson: string, program: string): Answer | undefined {
  const file = `${FOLDER}/${lesson}/${program}.ts`;
  return existsSync(join(ROOT, file)) ? readAnswer(file) : undefined;
}

export function allAnswers(): Answer[] {
  return sourcesUnder(FOLDER).map(readAnswer);
}

function readAnswer(file: string): Answer {
  const source = readSource(file);
  const comment = /^\/\*\*\n([^]*?)\n \*\//.exec(source)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  const at = lines.indexOf('See:');
  const short = /^Answer: (.+)$/.exec(lines[0] ?? '')?.[1];
  if (short === undefined || at === -1) {
    throw new Error(`${file}: an answer opens with 'Answer: …' and has a See: block`);
  }
  const see = lines.slice(at + 1).map((line) => line.slice(2));
  return { file, source, short, prose: lines.slice(1, at), see };
}
