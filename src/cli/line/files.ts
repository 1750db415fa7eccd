/** Files that a command line names: what is wrong with one is reported before any work is done. */
import { existsSync, readFileSync } from 'node:fs';
import {
  checkReplaceable,
  explainFile,
  misuse,
  replaceFile,
} from '../../common/index.ts';

/** @throws MisuseError that names the option and the file, and says what is wrong with it */
export function readOptionFile(option: string, path: string): string {
  return told(path, `--${option}: `, () => readFileSync(path, 'utf8'));
}

/**
 * Makes sure that a file can be put there; nothing is changed.
 *
 * @param option that named it; none if it follows the command
 * @throws MisuseError that names the option and the file, and says what is wrong with it
 */
export function checkWritable(path: string, option?: string): void {
  const prefix = option === undefined ? '' : `--${option}: `;
  told(path, prefix, () => checkReplaceable(path));
}

/**
 * Writes a first file for a user to change; an old one only with `force`.
 *
 * @throws MisuseError that names the file, and says what is wrong with it
 */
export function writeFirst(path: string, source: string, force: boolean): void {
  if (!force && existsSync(path)) {
    throw misuse(`${path} already exists; --force overwrites it`);
  }
  checkWritable(path);
  replaceFile(path, source);
}

function told<T>(file: string, prefix: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { path = file } = cause as NodeJS.ErrnoException;
    const why = `${prefix}${explainFile(cause, path)}`;
    throw misuse(why, { cause });
  }
}
