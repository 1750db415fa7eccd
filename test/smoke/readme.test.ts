/** What the README shows is what its reader gets. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import {
  chooseLesson,
  chooseRole,
  findLessons,
  showLesson,
} from '../../src/lessons/index.ts';
import { freePort } from '../../src/common/process/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('the README', () => {
  it('shows a capture that a real run repeats, line for line', async () => {
    const capture = /```\n(01-udp-uppercase: [^]*?)```/.exec(README)![1]!;
    const width = Math.max(...capture.split('\n').map((line) => line.length));
    let written = '';
    const terminal = {
      write: (text: string) => {
        written += text;
      },
      width,
      colours: pc.createColors(false),
    };
    const lesson = chooseLesson(findLessons(), '01');
    const firstScene = { ...lesson, scenes: lesson.scenes.slice(0, 1) };
    await showLesson(firstScene, terminal, { port: await freePort() });
    expect(written).toBe(capture);
  });

  it('names only lessons and roles that exist', () => {
    const lessons = findLessons();
    const runs = README.matchAll(/socketlab -- run ([\w-]+)(?: --only ([\w-]+))?/g);
    for (const [, lesson = '', role] of runs) {
      const found = chooseLesson(lessons, lesson);
      if (role !== undefined) chooseRole(found, role);
    }
    const pages = readFileSync(join(ROOT, 'docs/lessons.md'), 'utf8');
    for (const { id } of lessons) expect(pages).toContain(`(../examples/${id}/)`);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const page of PAGES) {
      const text = readFileSync(join(ROOT, page), 'utf8');
      for (const [, name] of text.matchAll(/npm run (?:-s )?([a-z:-]+)/g)) {
        expect(Object.keys(scripts)).toContain(name);
      }
    }
  });

  it.each(PAGES)('links from %s only to files that exist', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
    const missing = links.filter((path) => !existsSync(resolve(ROOT, page, '..', path)));
    expect(missing).toEqual([]);
  });
});
