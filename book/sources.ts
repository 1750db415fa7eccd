/** The project's files, by their paths from its root. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

export function hasSource(file: string): boolean {
  return existsSync(join(ROOT, file));
}

export function readSource(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll('\r\n', '\n');
}

/** All files of a folder and its folders that end so, in the order of their names. */
export function sourcesUnder(folder: string, ending = '.ts'): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .sort(
      (a, b) =>
        Number(a.isDirectory()) - Number(b.isDirectory()) || (a.name < b.name ? -1 : 1),
    )
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesUnder(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    });
}

const MOST_PRINTED = 64 * 1024 * 1024;

/** What a program of ours prints. */
export async function output(file: string, ...args: string[]): Promise<string> {
  const limits = { timeout: 120_000, maxBuffer: MOST_PRINTED };
  const running = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', file, ...args],
    { cwd: ROOT, encoding: 'utf8', ...limits },
  );
  const end = (): void => void running.child.kill();
  process.once('exit', end);
  const { stdout } = await running.finally(() => process.off('exit', end));
  return stdout.trimEnd();
}
