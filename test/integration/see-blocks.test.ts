/**
 * What a program's header says that one will see is what one sees: every scene of every
 * lesson is played with real processes, and each program's whole output is compared.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { findLessons, parseHeader } from '../../src/lessons/index.ts';
import { needIPv6 } from '../support/peers.ts';
import { ROOT } from '../support/programs.ts';
import { differences } from '../support/scenes.ts';

const EXAMPLES = join(ROOT, 'examples');
const LESSONS = findLessons();
const NEEDS_IPV6 = '07-families-and-paths';

for (const { id, scenes } of LESSONS) {
  describe(`lesson ${id}`, () => {
    for (const scene of scenes) {
      const roles = scene.roles.map(({ name }) => name).join(' and ');
      it(`shows what its See blocks say: ${roles}`, async (context) => {
        if (id === NEEDS_IPV6) needIPv6(context);
        expect(await differences(scene)).toEqual([]);
      });
    }
  });
}

describe('peer to peer', () => {
  it('works whichever of the two peers starts first', async () => {
    const lesson = LESSONS.find(({ id }) => id === '08-peer-to-peer')!;
    const [scene] = lesson.scenes;
    const roles = scene!.roles.toReversed();
    expect(roles.map(({ name }) => name)).toEqual(['other-peer', 'peer']);
    expect(await differences({ ...scene!, roles })).toEqual([]);
  });
});

describe('a See block that is not true', () => {
  const [lesson] = findLessons(join(ROOT, 'test/fixtures/lessons'));

  it.each([
    [
      'another line',
      new URL('../fixtures/lessons/01-wrong-see/other-line.ts', import.meta.url),
    ],
    [
      'a line too many',
      new URL('../fixtures/lessons/01-wrong-see/line-too-many.ts', import.meta.url),
    ],
    [
      'a line too few',
      new URL('../fixtures/lessons/01-wrong-see/line-too-few.ts', import.meta.url),
    ],
  ])('is found when the program prints %s', async (_, program) => {
    const file = fileURLToPath(program);
    const scene = lesson!.scenes.find(({ roles }) => roles[0]!.file === file)!;
    expect(await differences(scene)).toEqual([
      expect.stringMatching(/ printed something else:\nthe first line\n/),
    ]);
  });
});

describe('every program of the lessons', () => {
  const folders = readdirSync(EXAMPLES).filter((name) => /^\d\d-/.test(name));
  const sources = folders.flatMap((folder) =>
    readdirSync(join(EXAMPLES, folder))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => {
        const file = join(EXAMPLES, folder, name);
        return { name: `${folder}/${name}`, file, text: readFileSync(file, 'utf8') };
      }),
  );
  const programs = sources.filter(({ text }) => /^ \* See:/m.test(text));

  it('is played in some scene', () => {
    const played = LESSONS.flatMap(({ scenes }) => scenes.flatMap(({ roles }) => roles));
    const files = new Set(played.map(({ file }) => file));
    expect(programs.length).toBeGreaterThan(20);
    expect(programs.map(({ file }) => file).sort()).toEqual([...files].sort());
  });

  it('stands in a folder that is a lesson', () => {
    expect(folders.sort()).toEqual(LESSONS.map(({ id }) => id));
  });

  it.each(programs)('has the fixed header, and is short: $name', ({ file, text }) => {
    const { fields } = parseHeader(text, file);
    expect(fields['Run']).toContain('npx tsx examples/');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
  });

  it('has no line wider than 80 columns', () => {
    const tooWide = sources.flatMap(({ name, text }) =>
      text
        .split('\n')
        .map((line, index) => ({ place: `${name}:${index + 1}`, line }))
        .filter(({ line }) => stringWidth(line) > 80),
    );
    expect(tooWide).toEqual([]);
  });
});
