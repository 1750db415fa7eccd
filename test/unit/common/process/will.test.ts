import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NODE, SHELL } from '../../../../src/common/process/will.ts';

const EXECUTORS = process.platform === 'win32' ? { NODE } : { NODE, SHELL };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'will-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(EXECUTORS))('the will for %s', (_, executor) => {
  const [command, ...args] = executor.command;
  const carryOut = (...lines: string[]): void => {
    const { status, stderr } = spawnSync(command, args, {
      input: lines.join('\n') + '\n',
    });
    expect([status, String(stderr)]).toEqual([0, '']);
  };
  const make = (path: string): string => {
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, 'file'), '');
    return join(folder, path);
  };

  it('removes folders, whatever their names are', () => {
    const paths = ["it's", 'a b; $HOME', 'é'].map(make);
    carryOut(executor.will([], paths));
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
  });

  it('counts as it was in the end', () => {
    const [kept, removed] = [make('kept'), make('removed')];
    carryOut(executor.will([], [kept]), executor.will([], [kept, removed]));
    expect([existsSync(kept), existsSync(removed)]).toEqual([false, false]);
    make('kept');
    carryOut(executor.will([], [kept]), executor.will([], []));
    expect(existsSync(kept)).toBe(true);
  });
});
