/** Folders for the files of tests. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { socketFolder } from '../../src/common/index.ts';

/** A new folder whose name is short enough for paths of sockets in it, wherever TMPDIR is. */
export function shortFolder(): string {
  return mkdtempSync(join(socketFolder(), 'lab-'));
}
