import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkReplaceable,
  replaceFile,
  replaceFileBy,
} from '../../../src/common/index.ts';
import { shortFolder } from '../../support/folders.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = shortFolder();
  file = join(folder, 'a.txt');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a file that is replaced', () => {
  it('is there afterwards, and nothing else', () => {
    replaceFile(file, 'one');
    replaceFile(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('is the old one until all of the new one is written', () => {
    replaceFile(file, 'old');
    replaceFileBy(file, (write) => {
      write('ne');
      expect(readFileSync(file, 'utf8')).toBe('old');
      write('w');
    });
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it('stays whole when the work fails, and nothing is left of the new one', () => {
    replaceFile(file, 'old');
    const failing = (): void =>
      replaceFileBy(file, (write) => {
        write('half of the n');
        throw new Error('no more');
      });
    expect(failing).toThrow('no more');
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('is not made when nothing is written', () => {
    replaceFileBy(file, () => {});
    expect(existsSync(file)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('keeps its mode, and the links to it', () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    const link = join(folder, 'link');
    symlinkSync('a.txt', link);
    replaceFile(link, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['a.txt', 'link']);
  });

  it('is named when it cannot be written', () => {
    const nowhere = join(folder, 'no', 'a.txt');
    expect(() => replaceFile(nowhere, 'x')).toThrow(
      `there is no folder ${join(folder, 'no')} for ${nowhere}`,
    );
    expect(() => checkReplaceable(nowhere)).toThrow('ENOENT');
    expect(() => checkReplaceable(folder)).toThrow('EISDIR');
  });

  it('is in no file: that is seen beforehand', () => {
    writeFileSync(file, '');
    expect(() => checkReplaceable(join(file, 'b.txt'))).toThrow('ENOTDIR');
  });

  it('is not touched by the question whether it could be', () => {
    checkReplaceable(file);
    expect(existsSync(file)).toBe(false);
  });

  it.runIf(existsSync('/dev/full'))('stays what it is where it is a device', () => {
    expect(() => replaceFile('/dev/full', 'x')).toThrow(
      '/dev/full cannot be written: the disk is full',
    );
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });
});
