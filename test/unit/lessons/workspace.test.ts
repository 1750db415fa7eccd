/** `socketlab init`: all of a workspace or nothing. The package test installs and runs one. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, findLessons } from '../../../src/lessons/index.ts';
import { typed } from '../../support/command-line.ts';
import { failure } from '../../support/programs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('socketlab init', () => {
  it('leaves nothing when what it does first fails or is interrupted', () => {
    const lab = join(folder, 'my-lab');
    const prepare = (): void => {
      expect(readdirSync(folder)).toEqual([]);
      throw new Error('interrupted');
    };
    expect(() => createWorkspace(lab, prepare)).toThrow('interrupted');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('copies every lesson, with the package in place of our sources', () => {
    const lab = join(folder, 'my lab');
    createWorkspace(lab);
    expect(readdirSync(folder)).toEqual(['my lab']);
    const lessons = findLessons(join(lab, 'examples'));
    expect(lessons.map(({ id }) => id)).toEqual(findLessons().map(({ id }) => id));
    const sources = readdirSync(join(lab, 'examples'), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(lab, 'examples', name), 'utf8'));
    expect(sources.filter((text) => text.includes('/src/'))).toEqual([]);
    expect(sources.join('')).toContain("from 'socketlab/udp'");
    expect(sources.join('')).toContain(
      ' node_modules/socketlab/docs/auction-protocol.md',
    );
    const manifest = JSON.parse(
      readFileSync(join(lab, 'package.json'), 'utf8'),
    ) as object;
    expect(manifest).toMatchObject({ name: 'my-lab', type: 'module', private: true });
    expect(manifest).toHaveProperty('allowScripts', { esbuild: true });
  });

  it('takes an empty folder, too', () => {
    createWorkspace(folder);
    const names = [
      '.gitignore',
      'README.md',
      'examples',
      'package.json',
      'tsconfig.json',
    ];
    expect(readdirSync(folder).sort()).toEqual(names);
  });

  it.each([
    ['a folder with something in it', 'full', 'not empty'],
    ['a file', 'file', 'is a file'],
    ['a folder in no folder', 'nowhere/lab', 'there is no folder'],
  ])('refuses %s, and leaves everything as it was', async (_, name, why) => {
    mkdirSync(join(folder, 'full'));
    writeFileSync(join(folder, 'full', 'mine.txt'), 'mine');
    writeFileSync(join(folder, 'file'), 'mine');
    const before = readdirSync(folder, { recursive: true });
    const { end } = await typed(['init', join(folder, name)]);
    expect(end).toEqual(failure(2, why));
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
});
