import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { makeTemporaryFolder } from '../../../src/common/index.ts';

const NAMED_BY = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';
afterEach(() => {
  vi.unstubAllEnvs();
});

it('makes a folder, another each time', () => {
  const folders = [makeTemporaryFolder('why-'), makeTemporaryFolder('why-')];
  try {
    expect(new Set(folders).size).toBe(2);
    for (const folder of folders) expect(existsSync(folder)).toBe(true);
    for (const folder of folders) expect(basename(folder)).toMatch(/^why-/);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
});

it('names the variable that names a folder which is not there', () => {
  vi.stubEnv(NAMED_BY, '/no-such-folder');
  expect(() => makeTemporaryFolder('why-')).toThrow(
    `${NAMED_BY}, the folder for temporary files: there is no folder /no-such-folder.`,
  );
});
