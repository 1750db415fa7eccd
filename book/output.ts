/** What programs of the book print. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { compiledFrom } from './places.ts';
import { ROOT } from './sources.ts';

const MOST_PRINTED = 64 * 1024 * 1024;

/** What a program of ours prints. */
export async function output(file: string, ...args: string[]): Promise<string> {
  const limits = { timeout: 120_000, maxBuffer: MOST_PRINTED };
  const running = promisify(execFile)(process.execPath, [compiledFrom(file), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    ...limits,
  });
  const end = (): void => void running.child.kill();
  process.once('exit', end);
  const { stdout } = await running.finally(() => process.off('exit', end));
  return stdout.trimEnd();
}
