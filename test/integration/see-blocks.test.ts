/**
 * What a program's header promises is what a reader sees: every scene of every lesson is played
 * with real processes, and each program's whole output is compared.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { findLessons, parseHeader } from '../../src/lessons/index.ts';
import { ROOT } from '../support/programs.ts';
import { differences, seeBlocks } from '../support/scenes.ts';

const EXAMPLES = join(ROOT, 'examples');
const LESSONS = findLessons();

seeBlocks((number) => number > 5); // the first ones: test/smoke

describe('peer to peer', () => {
  it('works whichever of the two peers starts first', async () => {
    const lesson = LESSONS.find(({ id }) => id === '08-peer-to-peer')!;
    const [scene] = lesson.scenes;
    const roles = scene!.roles.toReversed();
    expect(roles.map(({ name }) => name)).toEqual(['other-peer', 'peer']);
    expect(await differences({ ...scene!, roles })).toEqual([]);
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

  it('has the fixed header, and is short', () => {
    for (const { file, text } of programs) {
      const { fields } = parseHeader(text, file);
      expect(fields['Run']).toContain('npx tsx examples/');
    }
    const tooLong = programs.filter(({ text }) => text.trimEnd().split('\n').length > 80);
    expect(tooLong.map(({ name }) => name)).toEqual([]);
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
