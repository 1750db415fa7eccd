/** All pages of the book, in memory. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allAnswers, answerProblems } from './answers.ts';
import { EXPERIMENTS } from '../src/network/behaviours/index.ts';
import { withProgress } from '../src/common/terminal/index.ts';
import { CURVES_STYLE } from '../src/common/page/index.ts';
import { ARROWS_STYLE } from '../src/network/reliable/index.ts';
import { findLessons, type Lesson } from '../src/lessons/index.ts';
import { tooWide } from './code.ts';
import { contentsHtml, type Entry, openingHtml } from './first-page.ts';
import { framed } from './frame.ts';
import { type Highlight, openHighlighter } from './highlight.ts';
import { escaped, type Html } from './html.ts';
import { lessonPage } from './lesson-page.ts';
import { markdownHtml, titleOf } from './markdown.ts';
import {
  type BehavioursShown,
  type ComparisonShown,
  measureBehaviours,
  measureComparison,
  simulateFanOut,
} from './measured.ts';
import { playLessons } from './played.ts';
import { playerScripts } from './player/bundle.ts';
import { SCENES } from './player/scenes.ts';
import { problemsOf } from './problems.ts';
import { behavioursHtml, comparisonHtml } from './results.ts';
import {
  filesOf,
  nextProblems,
  roomPage,
  roomsInOrder,
  type SourceFile,
  sourcePage,
} from './rooms.ts';
import type { SceneRun } from './runs.ts';
import { searchIndex } from './search.ts';
import {
  findOnShelf,
  type Page,
  type Part,
  PARTS,
  relativePath,
  type Shelf,
} from './site.ts';
import { readSource, ROOT, sourcesUnder } from './sources.ts';
import { terminalHtml } from './terminal.ts';

export interface Book {
  /** By their paths in the site. */
  files: Map<string, string>;
  problems: string[];
  sources: Map<string, { file: string; text: string }>;
}

export interface BookOptions {
  /** With few runs only, for tests. */
  short: boolean;
}

/** Their sources, wherever this has been compiled to. */
const EXAMPLES = join(ROOT, 'examples');

const plain: Highlight = (code) => code.split('\n').map(escaped);

/** What a short book runs all the same. */
const SHORT_LESSONS = new Set(['01-udp-uppercase', '05-framing']);
/** The room whose source has its colours in a short book. */
const SHORT_ROOM = 'udp';
const SHORT_EXPERIMENTS = ['coalescing', 'small-buffer', 'nobody-there'];

/** Pages of prose: where they stand, and the part that they belong to. */
const CHAPTERS: readonly [file: string, path: string, part: Part][] = [
  ['book/text/index.md', 'index.html', 'Start'],
  ['book/text/calls.md', 'calls.html', 'Calls and experiments'],
  ['book/text/compare.md', 'compare.html', 'Calls and experiments'],
  ['book/text/behaviours.md', 'behaviours.html', 'Calls and experiments'],
  ['book/text/outgrow.md', 'outgrow.html', 'Further'],
  ['book/text/lecturers.md', 'lecturers.html', 'Further'],
  ['book/text/contributors.md', 'contributors.html', 'Further'],
  ['book/text/glossary.md', 'glossary.html', 'Reference'],
];

/** What runs have shown. A book is made without any first, to see whether it can be. */
interface Runs {
  comparison: ComparisonShown;
  behaviours: BehavioursShown;
  lessons: ReadonlyMap<string, SceneRun[]>;
  fanOut: string;
}

const NO_RUNS: Runs = {
  comparison: { terminal: '', report: '' },
  behaviours: {},
  lessons: new Map(),
  fanOut: '',
};

/** The book without colours and without anything run: what is wrong with its files shows here. */
export function sketchBook(): Book {
  const book = pagesOf(NO_RUNS, { highlight: plain, scripts: new Map(), short: true });
  return { ...book, problems: [...book.problems, ...tooWide(), ...answerProblems()] };
}

/**
 * Runs nothing when there are problems already: the book has them then.
 * @param programs done when everything is compiled that is to be run
 */
export async function makeBook(
  { short }: BookOptions,
  programs: Promise<unknown>,
): Promise<Book> {
  const sketch = sketchBook();
  if (problemsOf(sketch).length > 0) return sketch;
  const options = { highlight: await openHighlighter(), short, made: new Map() };
  await programs;
  // A comparison wants a quiet machine: one core is its own. On the other are made the pages that
  // no run changes, and the longest scene begins, which mostly waits.
  const comparing = measureComparison(short);
  const lessons = findLessons(EXAMPLES);
  const chosen = short ? lessons.filter(({ id }) => SHORT_LESSONS.has(id)) : lessons;
  const playing = withProgress(
    'playing the lessons: {bar} {value} of {total} scenes',
    (show) => playLessons(chosen, show, comparing),
  );
  pagesOf(NO_RUNS, { ...options, scripts: new Map() });
  const comparison = await comparing;
  // The others mostly wait, and may wait together.
  const [fanOut, behaviours, played, scripts] = await Promise.all([
    simulateFanOut(),
    measureBehaviours(short ? SHORT_EXPERIMENTS : EXPERIMENTS.map(({ name }) => name)),
    playing,
    playerScripts(),
  ]);
  const runs = { comparison, behaviours, lessons: played, fanOut };
  return pagesOf(runs, { ...options, scripts });
}

interface MakeOptions extends BookOptions {
  highlight: Highlight;
  /** Of the players, by the names of their rungs. */
  scripts: ReadonlyMap<string, string>;
  /** Pages of sources, by their paths: made once, because no run changes them. */
  made?: Map<string, Made>;
}

interface Made {
  page: Page;
  /** With what stands around it. */
  framed?: Html;
}

function pagesOf(shownByRuns: Runs, options: MakeOptions): Book {
  const { highlight, scripts, short, made = new Map<string, Made>() } = options;
  const { behaviours, comparison, fanOut, lessons: runs } = shownByRuns;
  const problems: string[] = [];
  const sources: Book['sources'] = new Map();
  const files = new Map<string, string>();
  const lessons = findLessons(EXAMPLES);
  const table = roomsInOrder();
  const names = table.map(({ room }) => room);
  const rooms = table.map(({ room, about }) => ({
    room,
    about,
    files: filesOf(room, names),
  }));
  const shelf = shelve(lessons, rooms);

  files.set('compare-report.html', comparison.report);

  const finder =
    (file: string, page: string) =>
    (name: string): string | undefined => {
      const target = findOnShelf(shelf, name.replace(/:\d+$/, ''), file);
      return target === undefined || target === page
        ? undefined
        : relativePath(page, target);
    };
  const pages: Page[] = [];
  const add = (page: Page): void => void pages.push(page);

  for (const lesson of lessons) {
    const { id, scenes } = lesson;
    const [path, title] = lessonEntry(lesson);
    const lessonMade = lessonPage(lesson, {
      highlight,
      find: finder(`examples/${id}/x.ts`, path),
      runs: runs.get(id),
      lectures: relativePath(path, 'lectures.html'),
    });
    for (const [name, text] of lessonMade.files) files.set(name, text);
    problems.push(...lessonMade.open);
    const rung = SCENES[id]?.rung;
    const script = rung === undefined ? undefined : `assets/player-${rung}.js`;
    if (script !== undefined) files.set(script, scripts.get(rung!) ?? '');
    add({
      path,
      title,
      about: scenes[0]!.look,
      body: lessonMade.body,
      part: 'Lessons',
      script,
    });
  }
  for (const { room, about, files: sources } of rooms) {
    const path = aboutPage(room);
    add({
      path,
      title: room,
      about,
      body: roomPage(room, about, sources, finder(`src/${room}/x.ts`, path)),
      part: 'Layers',
    });
    const colours = short && room !== SHORT_ROOM ? plain : highlight;
    for (const source of sources) {
      const find = finder(source.file, source.page);
      const page = made.get(source.page)?.page ?? pageOfSource(source, colours, find);
      made.set(page.path, { ...made.get(page.path), page });
      add(page);
    }
    for (const source of sources)
      problems.push(...nextProblems(source, finder(source.file, '')));
  }
  const prose = [...CHAPTERS, ...docs()];
  const titles = new Map(prose.map(([file]) => [file, titleOf(readSource(file))]));
  const chapters = (own: Part): Entry[] =>
    prose
      .filter(([, path, part]) => part === own && path !== 'index.html')
      .map(([file, path]) => [path, titles.get(file)!]);
  const contents: [Part, Entry[]][] = [
    ['Lessons', lessons.map(lessonEntry)],
    ['Calls and experiments', chapters('Calls and experiments')],
    ['Layers', rooms.map(({ room, about }) => [aboutPage(room), room, about])],
    ['Further', chapters('Further')],
    ['Reference', chapters('Reference')],
  ];
  for (const [file, path, part] of prose) {
    const source = readSource(file);
    sources.set(path, { file, text: source });
    const link = (target: string): string | undefined => {
      const name = target.replace(/^\//, '');
      const found =
        findOnShelf(shelf, name, target.startsWith('/') ? 'x' : file) ??
        inRoomOf(file, name, shelf);
      return found === undefined ? undefined : relativePath(path, found);
    };
    const problem = (what: string): void => void problems.push(what);
    const markdown = { file, highlight, link, problem };
    const shown: Readonly<Record<string, () => Html>> = {
      compare: () => comparisonHtml(comparison),
      behaviours: () =>
        behavioursHtml(behaviours, finder('src/network/behaviours/x.ts', path)),
      'fan-out': () => terminalHtml(fanOut),
      opening: () => openingHtml(lessons[0]!, runs.get(lessons[0]!.id)?.[0]),
      contents: () => contentsHtml(contents),
    };
    const results = (name: string): Html | undefined => shown[name]?.();
    const body = markdownHtml(source, { ...markdown, results });
    add({ path, title: titles.get(file)!, about: titles.get(file)!, body, part });
  }

  const order = inOrder(pages, rooms);
  for (const [index, page] of order.entries()) {
    const neighbours = { before: order[index - 1], after: order[index + 1] };
    const before = made.get(page.path);
    const text = before?.framed ?? framed(page, pages, neighbours);
    if (before) before.framed = text;
    files.set(page.path, text);
  }
  files.set('assets/search-index.js', searchIndex(order));
  for (const name of pictures()) {
    files.set(`pictures/${name}`, readSource(`docs/pictures/${name}`));
  }
  files.set('LICENSE.txt', readSource('LICENSE'));
  const styles = ['book/assets/book.css', 'book/player/player.css'].map(readSource);
  const curves = `.player .chart {${CURVES_STYLE}}`;
  files.set('assets/book.css', [...styles, ARROWS_STYLE, curves].join('\n'));
  files.set('assets/book.js', readSource('book/assets/book.js'));
  return { files, problems, sources };
}

/** Part by part; a room's files behind the room. */
function inOrder(pages: readonly Page[], rooms: readonly ShownRoom[]): Page[] {
  const filesOfRoom = new Map(
    rooms.map(({ room, files }) => [aboutPage(room), files.map(({ page }) => page)]),
  );
  return PARTS.filter((part) => part !== 'Source').flatMap((part) =>
    pages
      .filter((page) => page.part === part)
      .flatMap((page) => {
        if (part !== 'Layers') return [page];
        const own = filesOfRoom.get(page.path) ?? [];
        return [page].concat(pages.filter(({ path }) => own.includes(path)));
      }),
  );
}

function pageOfSource(
  source: SourceFile,
  highlight: Highlight,
  find: (name: string) => string | undefined,
): Page {
  return {
    path: source.page,
    title: source.file.slice('src/'.length),
    about: source.about,
    body: sourcePage(source, highlight, find),
    part: 'Source',
  };
}

/** A file that a page of docs/ calls by its name, in the room that the page is about. */
function inRoomOf(page: string, name: string, shelf: Shelf): string | undefined {
  const room = /^docs\/(\w+)/.exec(page)?.[1];
  const files = [...shelf.keys()].filter(
    (file) => file.startsWith('src/') && file.split('/').includes(room ?? ''),
  );
  const found = files.filter((file) => file.endsWith(`/${name}`));
  return found.length === 1 ? shelf.get(found[0]!) : undefined;
}

interface ShownRoom {
  room: string;
  files: readonly SourceFile[];
}

function lessonEntry({ id, title, scenes }: Lesson): Entry {
  const { question, look } = scenes[0]!;
  return [`lessons/${id}.html`, `${Number(id.slice(0, 2))}. ${title}`, question ?? look];
}

function aboutPage(room: string): string {
  return `source/${room}/about.html`;
}

/** Pages of docs/ that are not chapters of their own. */
function docs(): [file: string, path: string, part: Part][] {
  const own = new Set(['compare.md', 'behaviours.md']);
  return readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md') && !own.has(name))
    .sort()
    .map((name) => [`docs/${name}`, name.replace(/\.md$/, '.html'), 'Reference']);
}

function shelve(lessons: readonly Lesson[], rooms: readonly ShownRoom[]): Shelf {
  const shelf = new Map<string, string>([
    ['README.md', 'index.html'],
    ['CONTRIBUTING.md', 'contributors.html'],
    ['docs/compare.md', 'compare.html'],
    ['docs/behaviours.md', 'behaviours.html'],
    ['LICENSE', 'LICENSE.txt'],
    ['src', 'source/cli/about.html'],
    ['examples', 'index.html'],
  ]);
  for (const [file, path] of [...CHAPTERS, ...docs()]) shelf.set(file, path);
  for (const name of pictures()) shelf.set(`docs/pictures/${name}`, `pictures/${name}`);
  shelf.set('docs/pictures', 'diagrams.html');
  for (const { id } of lessons) {
    shelf.set(`examples/${id}`, `lessons/${id}.html`);
    for (const name of readdirSync(join(ROOT, 'examples', id))) {
      if (name.endsWith('.ts')) {
        shelf.set(
          `examples/${id}/${name}`,
          `lessons/${id}.html#${name.replace(/\.ts$/, '')}`,
        );
      }
    }
  }
  for (const { file } of allAnswers()) {
    const [, , lesson, name] = file.split('/');
    shelf.set(file, `lessons/${lesson}.html#${name!.replace(/\.\w+$/, '')}`);
  }
  for (const { room, files } of rooms) {
    shelf.set(`src/${room}`, aboutPage(room));
    for (const { file, page } of files) shelf.set(file, page);
  }
  return shelf;
}

/** What docs/ shows besides its pages. */
function pictures(): string[] {
  return sourcesUnder('docs', '')
    .filter((file) => file.startsWith('docs/pictures/'))
    .map((file) => file.slice('docs/pictures/'.length));
}
