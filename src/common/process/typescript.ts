/**
 * Who reads TypeScript here. Node does it by itself from 22.18 on; before that it takes tsx,
 * which every process has to be told anew.
 */
import { createRequire } from 'node:module';
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
