/** Files that a command line names: what is wrong with one is said before any work is done. */
import { readFileSync } from 'node:fs';
import { checkReplaceable, explainFile, misuse } from '../../common/index.ts';

/** @throws MisuseError that names the option and the file, and says what is wrong with it */
export function readOptionFile(option: string, path: string): string {
  return told(path, `--${option}: `, () => readFileSync(path, 'utf8'));
}

/**
 * Makes sure that a file can be put there; nothing is changed.
 *
 * @param option that named it; none if it stands behind the command
 * @throws MisuseError that names the option and the file, and says what is wrong with it
 */
export function checkWritable(path: string, option?: string): void {
  const prefix = option === undefined ? '' : `--${option}: `;
  told(path, prefix, () => checkReplaceable(path));
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
