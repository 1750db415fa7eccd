/**
 * The page's files, read once. What is not in this list cannot be asked for: a request names
 * a row, never a path.
 *
 * They are plain HTML, CSS and JavaScript for a browser, and are kept beside the sources. A
 * compiled board, in `dist/`, finds them there as well: the package contains both.
 */
import { readFile } from 'node:fs/promises';

const PAGE = new URL(
  import.meta.url.endsWith('.ts') ? './page/' : '../../../../src/auction/board/page/',
  import.meta.url,
);

const SCRIPT = 'text/javascript; charset=utf-8';

const FILES: readonly (readonly [file: string, type: string])[] = [
  ['index.html', 'text/html; charset=utf-8'],
  ['common.css', 'text/css; charset=utf-8'],
  ['board.css', 'text/css; charset=utf-8'],
  ['board.js', SCRIPT],
  ['chart.js', SCRIPT],
  ['connection.js', SCRIPT],
  ['elements.js', SCRIPT],
  ['stage.js', SCRIPT],
  ['standings.js', SCRIPT],
  ['icon.svg', 'image/svg+xml'],
];

/** The page for phones, which shares some of those. */
const BID_FILES: typeof FILES = [
  ['bid.html', 'text/html; charset=utf-8'],
  ['bid.css', 'text/css; charset=utf-8'],
  ['bid.js', SCRIPT],
  ['seat.js', SCRIPT],
];

const PAGES: Readonly<Record<string, string>> = {
  'index.html': '/',
  'bid.html': '/bid',
};

export interface Asset {
  type: string;
  body: Buffer;
}

/**
 * By the path of the request: `/` is the page itself, `/bid` the one for phones.
 * @param withBids whether that is there
 */
export async function readAssets(withBids: boolean): Promise<Map<string, Asset>> {
  const files = withBids ? [...FILES, ...BID_FILES] : FILES;
  const rows = await Promise.all(
    files.map(async ([file, type]): Promise<[string, Asset]> => {
      const path = PAGES[file] ?? `/${file}`;
      return [path, { type, body: await readFile(new URL(file, PAGE)) }];
    }),
  );
  return new Map(rows);
}
