/**
 * Who reads TypeScript here. Node does it by itself from 22.18 on; before that it takes tsx,
 * which every process has to be told anew.
 */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `false` or missing in Nodes that do not; there since 22.10. */
export const nodeReadsTypeScript = Boolean(
  (process.features as { typescript?: string | false }).typescript,
);

/**
 * What `node --import` takes to read TypeScript, as a URL.
 * @param places paths or URLs of files: the first of them that tsx can be seen from counts
 */
export function findTsx(places: readonly string[]): string | undefined {
  for (const place of places) {
    try {
      return pathToFileURL(createRequire(place).resolve('tsx')).href;
    } catch {
      // Not to be found from there.
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
