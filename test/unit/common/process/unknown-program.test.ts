import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUnknownProgram } from '../../../../src/common/process/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
  writeFileSync(join(folder, 'letter'), 'to nobody');
  chmodSync(join(folder, 'letter'), 0o600);
  vi.stubEnv('PATH', ['/no/such/folder', folder].join(delimiter));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const error = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error('spawn'), { code });

describe('a program that could not be started', () => {
  it.each([
    ['ENOENT', 'nothing', true],
    ['ENOENT', '/no/such/folder/program', true],
    // A folder of PATH may not be looked into.
    ['EACCES', 'nothing', true],
    // There is a file of that name, which nobody may start.
    ['EACCES', 'letter', false],
    ['EACCES', './nothing', false],
    ['ENOMEM', 'nothing', false],
  ])('with %s, called %s: unknown is %s', (code, program, unknown) => {
    expect(isUnknownProgram(error(code), program)).toBe(unknown);
  });
});
