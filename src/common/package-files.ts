/** Where this package's own files are, and how to name a file so that a user can type it. */
import { readFileSync } from 'node:fs';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What was compiled lies a folder deeper, in `dist/`. */
const up = (): string => (extname(import.meta.url) === '.ts' ? '../..' : '../../..');
const folder = (): string => fileURLToPath(new URL(up(), import.meta.url));

/**
 * The folder of package.json, in a clone or in somebody's node_modules. A bundle does not know
 * where it is, and leaves this out.
 */
export const PACKAGE = /* @__PURE__ */ folder();

/**
 * This package's own version: by itself, yargs would show the version of the package that installed
 * it.
 */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** Relative to the current folder; absolute where it is not below that. */
export function fromHere(file: string): string {
  const path = relative(process.cwd(), file);
  const below = path !== '' && !path.startsWith('..') && !isAbsolute(path);
  return below ? path.split(sep).join('/') : file;
}

/** One of the package's own: `src/udp/index.ts`, `node_modules/socketlab/src/udp/index.ts`. */
export function packageFile(path: string): string {
  return fromHere(join(PACKAGE, path));
}
