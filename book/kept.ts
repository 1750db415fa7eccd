/**
 * What takes time to make, kept in node_modules/.cache by all that it is made of: when one byte
 * of that changes, it is made again. Delete the folder, and everything is made again.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readSource, ROOT } from './sources.ts';

const CACHE = join(ROOT, 'node_modules/.cache/socketlab-book');

/** @param good whether what was made is worth keeping */
export async function kept<T>(
  name: string,
  madeOf: readonly string[],
  make: () => Promise<T>,
  good: (made: T) => boolean = () => true,
): Promise<T> {
  const file = fileFor(name, madeOf);
  const before = load(file);
  if (before !== undefined) return before as T;
  const made = await make();
  if (good(made)) save(file, made);
  return made;
}

function fileFor(name: string, madeOf: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  for (const part of madeOf) hash.update(part).update('\0');
  return join(CACHE, `${name}-${hash.digest('hex').slice(0, 24)}.json`);
}

function load(file: string): unknown {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // a power failure cut it short
  }
}

/** In one step, because two builds may run at the same time; but without waiting for the disk. */
function save(file: string, made: unknown): void {
  mkdirSync(CACHE, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(made));
  renameSync(fresh, file);
}

/**
 * What these files and all that they import, directly or not, are made of: whatever a program
 * does, it does by them, by the packages of the lock file, and by Node.
 * @param files from the project's root
 * @returns for each file its path and a digest of its text
 */
export function digestsBehind(files: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const next of read(file).imports) visit(next);
  };
  files.forEach(visit);
  return ['package-lock.json', ...[...found].sort()].map(
    (file) => `${file} ${read(file).digest}`,
  );
}

interface Read {
  digest: string;
  imports: readonly string[];
}

/** Nearly every scene is made of the same files: each is read once. */
const known = new Map<string, Read>();

function read(file: string): Read {
  const before = known.get(file);
  if (before) return before;
  const text = readSource(file);
  const made = {
    digest: createHash('sha256').update(text).digest('hex'),
    imports: importsOf(file, text),
  };
  known.set(file, made);
  return made;
}

/** Every relative path to a source that stands in quotes: imports, and files to be started. */
export function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/['"](\.{1,2}\/[^'"\s]+\.ts)['"]/g)]
    .map(([, path]) => posix.join(posix.dirname(file), path!))
    .filter((path) => existsSync(join(ROOT, path)));
}
