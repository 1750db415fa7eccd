/** Whether a program could not be started because nothing has its name, or for another reason. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Whether there is no such program. A system that may not look into one of the folders of PATH
 * answers EACCES, not ENOENT, when it has found none in the others: execvp(3).
 * @param error what `spawn` emitted
 */
export function isUnknownProgram(error: NodeJS.ErrnoException, program: string): boolean {
  if (error.code !== 'EACCES' || /[/\\]/.test(program)) return error.code === 'ENOENT';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return !folders.some((folder) => existsSync(join(folder, program)));
}
