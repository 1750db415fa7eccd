/**
 * Finds out what reads TypeScript here. From 22.18 on Node does it by itself; before that it needs
 * tsx, which must be passed to every process.
 */
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { misuse } from '../index.ts';

/** `false` or missing in versions of Node that do not; it exists since 22.10. */
const nodeReadsTypeScript = Boolean(
  (process.features as { typescript?: string | false }).typescript,
);

/**
 * What to pass to `node --import` so that it reads TypeScript, as a URL.
 * @param places paths or URLs of files: the first of them that tsx can be seen from counts
 */
function findTsx(places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return pathToFileURL(createRequire(place).resolve('tsx')).href;
    } catch {
      // tsx cannot be found from there: try the next place.
    }
  }
  return undefined;
}

const SELF = import.meta.url;
const TETHER = new URL(`./tether${extname(SELF)}`, SELF).href;

/**
 * The command that runs a program in Node. Compiled programs need no tsx; our sources do.
 * @param tethered whether closing its channel ends it as Ctrl-C would: see tether.ts
 */
export function nodeCommand(
  file: string,
  args: readonly string[],
  tethered = false,
): [string, ...string[]] {
  const typed = [file, SELF].some((name) => name.endsWith('.ts'));
  const tsx = typed ? findTsx([SELF]) : undefined;
  const preloads = [tsx, tethered ? TETHER : undefined].flatMap((url) =>
    url === undefined ? [] : ['--import', url],
  );
  return [process.execPath, ...preloads, file, ...args];
}

const TYPESCRIPT = ['.ts', '.mts', '.cts'];
const JAVASCRIPT = ['.js', '.mjs', '.cjs'];

/** Whether this names a file that Node can load, whether or not the file exists. */
export function isScript(file: string): boolean {
  return [...TYPESCRIPT, ...JAVASCRIPT].includes(extname(file).toLowerCase());
}

/**
 * The command that runs one of our programs, which loads somebody else's file.
 * @param host our program; it gets the file's URL as its argument
 * @param memoryLimit its largest heap, MiB
 * @throws {MisuseError} ERR_BAD_ARGUMENT when nothing here can read its TypeScript
 */
export function hostCommand(
  host: string,
  file: string,
  memoryLimit: number,
): [string, ...string[]] {
  const args = [host, pathToFileURL(file).href];
  const start: [string, ...string[]] = [
    process.execPath,
    `--max-old-space-size=${memoryLimit}`,
  ];
  const typed = TYPESCRIPT.includes(extname(file).toLowerCase());
  if (extname(SELF) !== '.ts' && !typed) return [...start, ...args];
  const tsx = findTsx([SELF, file, join(process.cwd(), 'here')]);
  if (tsx !== undefined) return [...start, '--import', tsx, ...args];
  if (nodeReadsTypeScript) return [...start, ...args];
  throw misuse(
    `${file} is TypeScript, which Node ${process.version} does not read by itself: ` +
      'npm install tsx beside it, use Node 22.18 or later, or make it a .mjs file',
  );
}
