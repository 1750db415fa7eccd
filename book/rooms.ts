/** The rooms of src/ as chapters: each file is a page of two columns, in reading order. */
import { posix } from 'node:path';
import { annotate } from './annotate.ts';
import { columnsHtml } from './code.ts';
import type { Highlight } from './highlight.ts';
import { escaped, type Html, html } from './html.ts';
import { placeOf } from './problems.ts';
import { type FindLink, inline } from './prose.ts';
import { readSource, sourcesUnder } from './sources.ts';

export interface SourceFile {
  /** From the project's root: `src/udp/index.ts`. */
  file: string;
  /** In the site. */
  page: string;
  /** The first sentence of its header. */
  about: string;
}

/** In the order of docs/architecture.md: a room comes after those that it imports. */
export function roomsInOrder(): { room: string; about: string }[] {
  const [table = ''] =
    /^\| room [^]*?\n\n/m.exec(readSource('docs/architecture.md')) ?? [];
  const rows = table.matchAll(/^\| ([a-z/]+) +\|[^|]*\|[^|]*\| ([^|]+?) *\|$/gm);
  return [...rows]
    .map(([, room, about]) => ({ room: room!, about: about! }))
    .filter(({ room }) => room !== 'room');
}

/**
 * A room's files, without those of the rooms inside it: its door, then from what it says to
 * start with along "Read next".
 */
export function filesOf(room: string, rooms: readonly string[]): SourceFile[] {
  const inside = rooms.filter((other) => other.startsWith(`${room}/`));
  const files = sourcesUnder(`src/${room}`).filter(
    (file) =>
      !file.endsWith('.d.ts') &&
      !inside.some((other) => file.startsWith(`src/${other}/`)),
  );
  const order: string[] = [];
  const visit = (file: string): void => {
    if (order.includes(file) || !files.includes(file)) return;
    order.push(file);
    for (const name of toldBy(readSource(file), 'Read next|Start with'))
      visit(posix.join(posix.dirname(file), name));
  };
  visit(`src/${room}/index.ts`);
  for (const file of files) visit(file);
  return order.map((file) => ({
    file,
    page: `source/${file.slice('src/'.length).replace(/\.ts$/, '.html')}`,
    about: aboutOf(readSource(file)),
  }));
}

/** What a file's header tells to read, after these words. */
function toldBy(source: string, words: string): string[] {
  const header = annotate(source)[0]?.prose.join(' ') ?? '';
  const told = new RegExp(`(?:${words})[: ](.*)$`).exec(header)?.[1] ?? '';
  return [...told.matchAll(/[\w./-]+\.(?:ts|md)\b/g)].map(([name]) => name);
}

/** What a header says to read and there is not. */
export function nextProblems({ file }: SourceFile, find: FindLink): string[] {
  const source = readSource(file);
  return toldBy(source, 'Read next')
    .filter((name) => find(name) === undefined)
    .map(
      (name) => `${placeOf(file, source, name)}: read next ${name}, which does not exist`,
    );
}

function aboutOf(source: string): string {
  const first = annotate(source)[0];
  if (!first || first.line > 60) return '';
  const paragraph = first.prose
    .join('\n')
    .split(/\n(?:\n|(?= {2}))/)[0]!
    .replaceAll('\n', ' ');
  return /^.*?[.:](?=\s|$)/.exec(paragraph)?.[0].replace(/:$/, '.') ?? paragraph;
}

export function roomPage(
  room: string,
  about: string,
  files: readonly SourceFile[],
  find: FindLink,
): Html {
  const items = files.map(({ file, about: what }) => {
    const name = file.slice(`src/${room}/`.length);
    return html`<li>
      <a href="${escaped(find(file) ?? '')}">${escaped(name)}</a> ${inline(what, find)}
    </li>`;
  });
  return html`<h1>${escaped(room)}</h1>
    <p class="lead">${inline(about, find)}</p>
    <p>
      The files are in reading order. On each page the comments are on the left, and the
      code that they describe is on the right.
    </p>
    <ol>
      ${items}
    </ol> `;
}

export function sourcePage(
  { file }: SourceFile,
  highlight: Highlight,
  find: FindLink,
): Html {
  return html`<h1 class="file">${escaped(file)}</h1>
    ${columnsHtml(readSource(file), { highlight, find })}`;
}
