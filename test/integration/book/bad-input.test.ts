/** `npm run book` on files that are wrong: it says where, runs nothing and writes nothing. */
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sketchBook } from '../../../book/make.ts';
import { problemsOf } from '../../../book/problems.ts';
import { ROOT } from '../../support/programs.ts';

const copy = mkdtempSync(join(tmpdir(), 'socketlab-bad-book-'));
const at = (file: string): string => join(copy, file);

/** The build reads the book's every source before it says what is wrong. Milliseconds. */
const BUILD_PATIENCE = 390_000;

/** What the book is made of, and what makes it. */
const SOURCES =
  'book docs examples src test package.json package-lock.json tsconfig.json README.md CONTRIBUTING.md LICENSE';

/** Adds a text to a file, and tells where its last line stands. */
function append(file: string, text: string): string {
  appendFileSync(at(file), `${text}\n`);
  return lineOf(file, text.split('\n').at(-1)!);
}

function lineOf(file: string, word: string): string {
  const lines = readFileSync(at(file), 'utf8').split('\n');
  return `${file}:${lines.findIndex((line) => line.includes(word)) + 1}`;
}

interface Ended {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

async function build(): Promise<Ended> {
  const shell = process.platform === 'win32'; // npm is a script there
  const options = { cwd: copy, timeout: BUILD_PATIENCE, shell };
  return await new Promise((resolve) => {
    const words = ['run', '--silent', 'book', '--', '--short'];
    execFile('npm', words, options, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

const wanted: string[] = [];
let ended: Ended;

beforeAll(async () => {
  for (const name of SOURCES.split(' '))
    cpSync(join(ROOT, name), at(name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), at('node_modules'), 'junction');
  mkdirSync(at('dist-book'));
  writeFileSync(at('dist-book/index.html'), 'the one before');

  const region = 'src/framing/frame.ts#noSuchName';
  const regionAt = append('book/text/glossary.md', `\n<!-- code ${region} -->`);
  const linkAt = append('docs/framing.md', '\n[More](no-such-page.md)');
  const anchorAt = append('docs/diagrams.md', '\n[More](trace-format.md#no-such-part)');
  // Whoever plays lesson 01 hears of it in other words.
  const played = `throw new Error('this has been played before the files were looked at, all of them');`;
  const wideAt = append('examples/01-udp-uppercase/client.ts', played);
  const answer = 'book/answers/01-udp-uppercase/nobody';
  cpSync(at('book/answers/01-udp-uppercase/client.ts'), at(`${answer}.ts`));
  rmSync(at('book/answers/04-stream-without-messages/sender.md'));
  const unanswered = 'examples/04-stream-without-messages/sender.ts';
  const exerciseAt = lineOf(unanswered, 'Exercise:');
  wanted.push(
    `${regionAt}: there is no code ${region}`,
    `${linkAt}: a dead link to no-such-page.md`,
    `${anchorAt}: a dead link to trace-format.html#no-such-part (no such anchor)`,
    `${wideAt} is wider than 80 columns`,
    `${answer}.ts:1: an answer to no exercise: there is none in ${answer.replace('book/answers', 'examples')}.ts`,
    `${exerciseAt}: its exercise has no answer in book/answers`,
  );
  ended = await build();
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('a book of files in which something is wrong', () => {
  it('is not built: all that is wrong is named, with file and line', () => {
    const [last, ...told] = ended.stderr.trimEnd().split('\n').toReversed();
    expect(told.toSorted()).toEqual(wanted.toSorted());
    expect(last).toBe('6 problems: nothing was written');
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('leaves the one before as it is', () => {
    expect(readdirSync(at('dist-book'))).toEqual(['index.html']);
    expect(readFileSync(at('dist-book/index.html'), 'utf8')).toBe('the one before');
  });
});

describe('the book as it stands', () => {
  it('has no problem before anything is run for it', () => {
    expect(problemsOf(sketchBook())).toEqual([]);
  });
});
