import fs, {
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

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
      // Another program that does the same writes to another file.
      const fresh = `.socketlab-${process.pid}.tmp`;
      expect(readdirSync(folder).sort()).toEqual([fresh, 'a.txt']);
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

  it('is on the disk before it takes the place of the old one', () => {
    const sync = vi.spyOn(fs, 'fsyncSync');
    const rename = vi.spyOn(fs, 'renameSync').mockImplementation(() => {
      expect(sync).toHaveBeenCalledOnce();
    });
    replaceFile(file, 'new');
    expect(rename).toHaveBeenCalledOnce();
  });

  it.each(['writeFileSync', 'fsyncSync', 'renameSync'] as const)(
    'stays whole when %s fails, and is named; nothing is open, and nothing is left',
    (call) => {
      replaceFile(file, 'old');
      const open = vi.spyOn(fs, 'openSync');
      const close = vi.spyOn(fs, 'closeSync');
      vi.spyOn(fs, call).mockImplementation(() => {
        throw new Error('EIO: i/o error');
      });
      expect(() => replaceFile(file, 'new')).toThrow(/a\.txt.*EIO: i\/o error/);
      expect(close.mock.calls).toEqual([[open.mock.results[0]!.value]]);
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['a.txt']);
    },
  );

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
    writeFileSync(file, 'old');
    // Who is root may write to any.
    const access = vi.spyOn(fs, 'accessSync').mockImplementation(() => {});
    checkReplaceable(file);
    const { W_OK } = constants;
    expect(access.mock.calls).toEqual([
      [file, W_OK],
      [folder, W_OK],
    ]);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  it.runIf(existsSync('/dev/full'))('stays what it is where it is a device', () => {
    expect(() => replaceFile('/dev/full', 'x')).toThrow(
      '/dev/full cannot be written: the disk is full',
    );
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });
});
