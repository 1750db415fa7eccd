/**
 * Answers to the lessons' exercises, in answers/NN-name/, each called as the program whose
 * exercise it answers. Where something happens, the answer is a program, `.ts`, and a test runs
 * it. Its header:
 *
 *   /**
 *    * Answer: in a sentence or two.
 *    *
 *    * More, as prose.
 *    * Where: linux                   where it is so, unless it is so everywhere
 *    * See:
 *    *   what it prints, as in a lesson
 *    * /
 *
 * Where something is to be thought about, it is prose, `.md`: the answer, more, and in the last
 * lines what there is to read, and which runs show what it says:
 *
 *   Read: src/udp/datagram-socket.ts
 *   Shown by: behaviours loss, examples/15-bad-luck/careful-sender.ts
 */
import { EXPERIMENTS } from '../src/network/behaviours/index.ts';
import { placeOf } from './problems.ts';
import { hasSource, readSource, sourcesUnder } from './sources.ts';

export interface ProgramAnswer {
  kind: 'program';
  /** From the project's root. */
  file: string;
  source: string;
  short: string;
  prose: string[];
  /** Systems, as Node calls them; undefined for all. */
  where: string[] | undefined;
  /** What it prints, with the placeholders of a See block. */
  see: string[];
}

export interface ProseAnswer {
  kind: 'prose';
  file: string;
  short: string;
  prose: string[];
  read: string[];
  /** Files, and `behaviours NAME`. */
  shownBy: string[];
}

export type Answer = ProgramAnswer | ProseAnswer;

const FOLDER = 'book/answers';

export function findAnswer(lesson: string, program: string): Answer | undefined {
  const name = `${FOLDER}/${lesson}/${program}`;
  if (hasSource(`${name}.ts`)) return readProgram(`${name}.ts`);
  if (hasSource(`${name}.md`)) return readProse(`${name}.md`);
  return undefined;
}

export function allAnswers(): Answer[] {
  return [
    // What stands beside the folders are helpers.
    ...sourcesUnder(FOLDER)
      .filter((file) => file.split('/').length === 4)
      .map(readProgram),
    ...sourcesUnder(FOLDER, '.md').map(readProse),
  ];
}

/** Every program of the lessons that has an exercise: its lesson and its name. */
export function allExercises(): [lesson: string, program: string][] {
  return sourcesUnder('examples').flatMap((file) => {
    const [, lesson, program] = /^examples\/([^/]+)\/([^/]+)\.ts$/.exec(file) ?? [];
    if (lesson === undefined || !/^ \* Exercise:/m.test(readSource(file))) return [];
    return [[lesson, program!] as [string, string]];
  });
}

/** Answers to no exercise, and prose that names what there is not. */
export function answerProblems(): string[] {
  const asked = new Set(allExercises().map((exercise) => exercise.join('/')));
  const shown = new Set(EXPERIMENTS.map(({ name }) => `behaviours ${name}`));
  return allAnswers().flatMap((answer) => {
    const { file, kind } = answer;
    const program = file.slice(FOLDER.length + 1).replace(/\.\w+$/, '');
    const problems = asked.has(program)
      ? []
      : [`${file}:1: an answer to no exercise: there is none in examples/${program}.ts`];
    if (kind === 'program') return problems;
    const { read, shownBy } = answer;
    if (shownBy.length === 0) problems.push(`${file}:1: nothing shows what it says`);
    const missing = [...read, ...shownBy].filter(
      (name) => !shown.has(name) && !hasSource(name),
    );
    const place = (name: string): string => placeOf(file, readSource(file), name);
    return problems.concat(missing.map((name) => `${place(name)}: there is no ${name}`));
  });
}

function readProgram(file: string): ProgramAnswer {
  const source = readSource(file);
  const comment = /^\/\*\*\n([^]*?)\n \*\//.exec(source)?.[1] ?? '';
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  const at = lines.indexOf('See:');
  const [first, ...prose] = paragraphsOf(lines.slice(0, at));
  const short = /^Answer: (.+)$/.exec(first ?? '')?.[1];
  if (short === undefined || at === -1) {
    throw new Error(`${file}: an answer opens with 'Answer: …' and has a See: block`);
  }
  const where = wordsAfter('Where', lines);
  const see = lines.slice(at + 1).map((line) => line.slice(2));
  return { kind: 'program', file, source, short, prose, where, see };
}

function readProse(file: string): ProseAnswer {
  const lines = readSource(file).trimEnd().split('\n');
  const [short = '', ...prose] = paragraphsOf(lines);
  const read = wordsAfter('Read', lines) ?? [];
  const shownBy = wordsAfter('Shown by', lines) ?? [];
  return { kind: 'prose', file, short, prose, read, shownBy };
}

const FIELD = /^(?:Where|Read|Shown by): /;

/** The first one as one line, the others as they stand. */
function paragraphsOf(lines: readonly string[]): string[] {
  const text = lines.filter((line) => !FIELD.test(line));
  const end = text.indexOf('');
  if (end === -1) return [text.join(' ')];
  return [text.slice(0, end).join(' '), ...text.slice(end)];
}

function wordsAfter(name: string, lines: readonly string[]): string[] | undefined {
  const line = lines.find((one) => one.startsWith(`${name}: `));
  return line?.slice(name.length + 2).split(', ');
}
