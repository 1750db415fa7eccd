/** Files that a command line names: what is wrong with one is said before any work is done. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { MisuseError } from '../../common/index.ts';

/** @throws MisuseError that names the option, the file and the system's reason */
export function readOptionFile(option: string, path: string): string {
  return told(`--${option}: cannot read`, path, () => readFileSync(path, 'utf8'));
}

/**
 * Makes sure that there will be a file to write to; what is in it stays.
 *
 * @throws MisuseError that names the option, the file and the system's reason
 */
export function checkWritable(option: string, path: string): void {
  told(`--${option}: cannot write`, path, () => closeSync(openSync(path, 'a')));
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
