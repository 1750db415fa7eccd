/** What is wrong with a book, as lines that say where: `docs/link.md:12: …`. Pure. */
import { deadLinks, doubledIds } from './site.ts';

export interface Checked {
  /** By their paths in the site. */
  files: ReadonlyMap<string, string>;
  /** What has been found while the pages were made. */
  problems: readonly string[];
  /** Of pages that are made of one file: that file's path and its text. */
  sources: ReadonlyMap<string, { file: string; text: string }>;
}

export function problemsOf({ files, problems, sources }: Checked): string[] {
  const dead = deadLinks(files).map(({ page, link, what }) => {
    const source = sources.get(page);
    const place = source ? placeOf(source.file, source.text, wordOf(link)) : page;
    return `${place}: a dead link to ${link} (${what})`;
  });
  return [...problems, ...dead, ...doubledIds(files)];
}

/** The line of a file in which something stands; the file alone when it stands in none. */
export function placeOf(file: string, text: string, word: string): string {
  const line = text.split('\n').findIndex((one) => one.includes(word)) + 1;
  return line === 0 ? file : `${file}:${line}`;
}

/** Of a link, what its author has written: the anchor, or the name of the page. */
function wordOf(link: string): string {
  const [path = '', anchor] = link.split('#');
  return anchor === undefined || anchor === ''
    ? path
        .split('/')
        .at(-1)!
        .replace(/\.html$/, '')
    : `#${anchor}`;
}
