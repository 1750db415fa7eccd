/** The project's files, by their paths from its root. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
