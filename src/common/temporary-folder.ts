/** Makes a folder for temporary files, or says why there can be none. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { misuse } from './errors.ts';
import { explain } from './explain.ts';

const NAMED_BY = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';

/**
 * Makes a folder that nobody else has.
 * @param prefix that its name begins with
 * @throws {MisuseError} ERR_BAD_ARGUMENT that names the variable, and says what is wrong
 */
export function makeTemporaryFolder(prefix: string): string {
  const path = tmpdir();
  try {
    return mkdtempSync(join(path, prefix));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // The error is about the folder that the user named, not about the random name inside it.
    const facts = { code, path, syscall: 'access' };
    const words = explain(Object.assign(new Error(message), facts));
    const why = `${NAMED_BY}, the folder for temporary files: ${words}`;
    throw misuse(why, { cause });
  }
}
