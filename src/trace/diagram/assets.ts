/**
 * The style sheets and the script of a page, read from where the sources are: the package has
 * both, `dist/` and `src/`.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const FOLDER = new URL(
  import.meta.url.endsWith('.ts') ? './page/' : '../../../../src/trace/diagram/page/',
  import.meta.url,
);

export interface Assets {
  /** Of the picture itself. */
  svgStyle: string;
  pageStyle: string;
  script: string;
  /** The form in which a Content-Security-Policy names what it allows: `'sha256-…'`. */
  hash: (source: string) => string;
}

export async function readAssets(): Promise<Assets> {
  const [svgStyle, pageStyle, script] = await Promise.all(
    ['svg.css', 'page.css', 'page.js'].map((file) =>
      readFile(new URL(file, FOLDER), 'utf8'),
    ),
  );
  return { svgStyle: svgStyle!, pageStyle: pageStyle!, script: script!, hash };
}

function hash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
}
