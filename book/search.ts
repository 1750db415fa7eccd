/** What the search looks through: a script, because a page from disk may not fetch. Pure. */
import { wordsOf } from './html.ts';
import type { Page } from './site.ts';

/** Characters of a section that are looked through; of a source file its beginning is enough. */
const PROSE = 1500;
const SOURCE = 500;

export function searchIndex(pages: readonly Page[]): string {
  const entries = pages.flatMap((page) => sections(page));
  return `globalThis.bookIndex=${JSON.stringify(entries).replaceAll('<', String.raw`\u003c`)};\n`;
}

/** Title, path, heading and words of each section of a page. */
function sections({ title, path, body, part }: Page): [string, string, string, string][] {
  const source = part === 'Source';
  const parts = source ? [body] : body.split(/(?=<h[23] id=")/);
  return parts.map((piece) => {
    const [, id, heading = ''] =
      /^<h[23] id="([^"]+)">([^]*?)<\/h[23]>/.exec(piece) ?? [];
    const words = wordsOf(piece).slice(0, source ? SOURCE : PROSE);
    return [title, id === undefined ? path : `${path}#${id}`, wordsOf(heading), words];
  });
}
