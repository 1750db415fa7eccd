/** What the search looks through: a script, because a page from disk may not fetch. Pure. */
import { wordsOf } from './html.ts';
import type { Page } from './site.ts';

/** Characters of a section that are looked through; of a source file its beginning is enough. */
const PROSE = 1500;
const SOURCE = 500;

const CODE = /<div class="code">[^]*?<\/div>/g;
const PRE = /<pre\b[^]*?<\/pre>/g;

export function searchIndex(pages: readonly Page[]): string {
  const entries = pages.map(sections);
  return `globalThis.bookIndex=${JSON.stringify(entries).replaceAll('<', String.raw`\u003c`)};\n`;
}

/** Title and path of a page, and of each section its anchor, heading and words. */
function sections({
  title,
  path,
  body,
  part,
}: Page): [string, string, [string, string, string][]] {
  const source = part === 'Source';
  const parts = source ? [body] : body.split(/(?=<h[23] id=")/);
  const found = parts.map((piece): [string, string, string] => {
    const [, id, heading = ''] =
      /^<h[23] id="([^"]+)">([^]*?)<\/h[23]>/.exec(piece) ?? [];
    // What is said; whoever searches code or captures has an editor for that.
    const shown = part === 'Lessons' ? PRE : CODE;
    const said = piece.replaceAll(shown, ' ');
    const words = wordsOf(said).slice(0, source ? SOURCE : PROSE);
    return [id ?? '', wordsOf(heading), words];
  });
  return [title, path, found];
}
