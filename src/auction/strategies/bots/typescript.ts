/**
 * Who reads TypeScript here. Node does it by itself from 22.18 on; before that it takes tsx,
 * which has to be told to every thread and process anew.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What of tsx can be imported, as URLs. */
export interface Tsx {
  /** For `node --import`. */
  preload: string;
  /** `register()` for `import`, and for `require`: what a worker thread has to call. */
  esm: string;
  cjs: string;
}

/** `false` or missing in Nodes that do not; there since 22.10. */
export const nodeReadsTypeScript = Boolean(
  (process.features as { typescript?: string | false }).typescript,
);

type Exports = Record<'.', string> &
  Record<'./esm/api' | './cjs/api', { import: { default: string } }>;

/**
 * As seen from the first of these places (paths or URLs of files) that has it. Its manifest
 * is asked, since `require.resolve` knows only what is meant for `require`.
 */
export function findTsx(places: readonly string[]): Tsx | undefined {
  for (const place of places) {
    try {
      const require = createRequire(place);
      const { exports } = require('tsx/package.json') as { exports: Exports };
      const manifest = pathToFileURL(require.resolve('tsx/package.json'));
      return {
        preload: new URL(exports['.'], manifest).href,
        esm: new URL(exports['./esm/api'].import.default, manifest).href,
        cjs: new URL(exports['./cjs/api'].import.default, manifest).href,
      };
    } catch {
      // Not to be found from there, or of a version without these.
    }
  }
  return undefined;
}
