/** Files that a command line names: what is wrong with one is said before any work is done. */
import { readFileSync } from 'node:fs';
import { checkReplaceable, MisuseError } from '../../common/index.ts';

/** @throws MisuseError that names the option, the file and the system's reason */
export function readOptionFile(option: string, path: string): string {
  return told(`--${option}: cannot read`, path, () => readFileSync(path, 'utf8'));
}

/**
 * Makes sure that a file can be put there; nothing is changed.
 *
 * @throws MisuseError that names the option, the file and the system's reason
 */
export function checkWritable(option: string, path: string): void {
  told(`--${option}: cannot write`, path, () => checkReplaceable(path));
}

function told<T>(what: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw new MisuseError('ERR_BAD_ARGUMENT', `${what} ${path} (${code})`, {
      cause: error,
    });
  }
}
