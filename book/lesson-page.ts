/** A lesson as a chapter: its run, its picture, its programs, its exercises with answers. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Lesson,
  parseHeader,
  type ProgramHeader,
  type Scene,
} from '../src/lessons/index.ts';
import {
  type Answer,
  findAnswer,
  type ProgramAnswer,
  type ProseAnswer,
} from './answers.ts';
import { columnsHtml, listingHtml } from './code.ts';
import type { Highlight } from './highlight.ts';
import { escaped, type Html, html, trusted } from './html.ts';
import { playerHtml } from './player/section.ts';
import { placeOf } from './problems.ts';
import { type FindLink, inline, proseHtml } from './prose.ts';
import type { SceneRun } from './runs.ts';
import { readSource, ROOT } from './sources.ts';
import { captureHtml, terminalHtml } from './terminal.ts';

/** As the programs' headers name it. */
const LECTURES_PAGE = 'docs/lectures.md';

/** Wider pictures, in pixels, are panned: shrunk to the page's width they could not be read. */
const [BROAD, BROAD_FOR_PHONES] = [1300, 500];

export interface LessonPage {
  body: Html;
  /** Pictures and their pages, by their paths in the site. */
  files: Map<string, string>;
  /** Exercises that nobody has answered yet, and files that nothing uses. */
  open: string[];
}

export interface LessonPageOptions {
  highlight: Highlight;
  find: FindLink;
  /** Undefined in a build without runs. */
  runs: readonly SceneRun[] | undefined;
  /** A relative path to the page of the lectures' programs. */
  lectures: string;
}

/** Scene by scene: what it asks, what is seen, what to look at; then its programs and modules. */
export function lessonPage(lesson: Lesson, options: LessonPageOptions): LessonPage {
  const files = new Map<string, string>();
  const open: string[] = [];
  const number = Number(lesson.id.slice(0, 2));
  const folder = `examples/${lesson.id}`;
  const left = new Set(
    readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts')),
  );
  const show = (names: readonly string[]): Html[] =>
    names
      .filter((name) => left.delete(name))
      .map((name) => programHtml(lesson, `${folder}/${name}`, options, open));
  const scenes = lesson.scenes.map((scene, index) => {
    const names = scene.roles
      .map(({ file }) => programOf(file, lesson))
      .filter((name) => name !== '');
    const modules = names.flatMap((name) => modulesOf(`${folder}/${name}`));
    return html`${sceneHtml(lesson, scene, index, options, files)}
    ${show([...names, ...modules])}`;
  });
  for (const name of left)
    open.push(`${folder}/${name}:1: no scene plays it, and no program imports it`);
  const body = html`<p class="chapter" aria-hidden="true">${trusted(String(number))}</p>
    <h1>${escaped(lesson.title)}</h1>
    ${playerHtml(lesson.id, options)} ${scenes} `;
  return { body, files, open };
}

/** A program's name in its lesson; a guest from another lesson has its chapter there. */
function programOf(file: string, { id }: Lesson): string {
  const path = file.split(/[\\/]/);
  return path.at(-2) === id ? path.at(-1)! : '';
}

/** What a program of a lesson imports from its own folder. */
function modulesOf(file: string): string[] {
  const imports = readSource(file).matchAll(/^(?:import|\}) .*from '\.\/([^']+)';$/gm);
  return [...imports].map(([, name]) => name!);
}

function sceneHtml(
  lesson: Lesson,
  scene: Scene,
  index: number,
  { highlight, runs }: LessonPageOptions,
  files: Map<string, string>,
): Html {
  const { look, roles, question } = scene;
  const names = [...new Set(roles.map(({ name }) => name))].join(', ');
  const run = runs?.[index];
  const command = `npm run -s socketlab -- run ${lesson.id.slice(0, 2)}`;
  const seen = run
    ? html`${captureHtml(scene, run)} ${pictureHtml(lesson, index, run, names, files)}`
    : html`<p class="quiet">This book was built without this run.</p>`;
  return html`<div class="scene">
    <h2 id="scene-${trusted(String(index + 1))}">${escaped(question ?? names)}</h2>
    ${seen}
    <div class="look">
      <p>${escaped(look)}</p>
      ${index === 0 ? listingHtml(highlight(command, 'shellscript')) : ''}
    </div>
  </div> `;
}

function pictureHtml(
  lesson: Lesson,
  index: number,
  { picture }: SceneRun,
  names: string,
  files: Map<string, string>,
): Html | '' {
  if (!picture) return '';
  const name = `${lesson.id}-${index + 1}`;
  files.set(`lessons/${name}.svg`, picture.wide);
  files.set(`lessons/${name}-narrow.svg`, picture.narrow);
  files.set(`lessons/${name}-events.html`, picture.page);
  const alt = `What the sockets of ${names} did, in order of time: ${picture.summary}. The page behind this picture has every event in words.`;
  const [wide, narrow] = [sizeOf(picture.wide), sizeOf(picture.narrow)];
  const pans = [
    ...(Number(wide.width) > BROAD ? ['pan'] : []),
    ...(Number(narrow.width) > BROAD_FOR_PHONES ? ['pan-narrow'] : []),
  ];
  return html`<figure class="${trusted(['diagram', ...pans].join(' '))}">
    <a href="${escaped(name)}-events.html"
      ><picture
        ><source
          media="(max-width: 40rem)"
          srcset="${escaped(name)}-narrow.svg"
          width="${trusted(narrow.width)}"
          height="${trusted(narrow.height)}" />
        <img
          src="${escaped(name)}.svg"
          width="${trusted(wide.width)}"
          height="${trusted(wide.height)}"
          loading="lazy"
          alt="${escaped(alt)}" /></picture
    ></a>
    <figcaption>
      ${escaped(picture.summary)}.
      <a href="${escaped(name)}-events.html"
        >Every event in words<span class="quiet">, for ${escaped(names)}</span></a
      >
    </figcaption>
  </figure>`;
}

function sizeOf(svg: string): { width: string; height: string } {
  const [, width = '760', height = '400'] =
    /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return { width, height };
}

function programHtml(
  lesson: Lesson,
  file: string,
  options: LessonPageOptions,
  open: string[],
): Html {
  const source = readSource(file);
  const name = file.split('/').at(-1)!.replace(/\.ts$/, '');
  const header = /^ \* See:/m.test(source) ? parseHeader(source, file) : undefined;
  const answer = findAnswer(lesson.id, name);
  if (header && !answer) {
    const place = placeOf(file, source, 'Exercise:');
    open.push(`${place}: its exercise has no answer in book/answers`);
  }
  const columns = columnsHtml(source, {
    ...options,
    prefix: `${name}.`,
    // The header stands above both columns, where it has room.
    ...(header && { header: trusted('') }),
  });
  return html`<section class="program" aria-labelledby="${escaped(name)}">
    <h3 id="${escaped(name)}">${escaped(`${name}.ts`)}</h3>
    ${header ? headerHtml(header, answer, options) : ''} ${columns}
  </section> `;
}

function headerHtml(
  { title, fields }: ProgramHeader,
  answer: Answer | undefined,
  options: LessonPageOptions,
): Html {
  const { find, lectures, highlight } = options;
  const { Shows = '', Lecture = '', Run = '', Partner, Exercise = '' } = fields;
  const [before = '', after] = Lecture.split(LECTURES_PAGE);
  const page = html`<a href="${escaped(lectures)}">the lectures' programs</a>`;
  const lecture =
    after === undefined
      ? inline(Lecture, find)
      : html`${inline(before, find)}${page}${inline(after, find)}`;
  const commands = [Run, Partner ?? '']
    .filter(Boolean)
    .map((line) =>
      listingHtml(highlight(line.replace(/\s+\(/, '   # (').trim(), 'shellscript')),
    );
  return html`<div class="header">
    <div>
      <p><strong>${escaped(title)}</strong></p>
      <p>${inline(Shows, find)}</p>
      <p class="quiet">Lecture: ${lecture}</p>
    </div>
    <div>
      ${commands}
      <div class="exercise">
        <p><strong>Exercise.</strong> ${inline(Exercise, find)}</p>
        ${answer ? answerHtml(answer, options) : ''}
      </div>
    </div>
  </div> `;
}

function answerHtml(answer: Answer, options: LessonPageOptions): Html {
  const { find } = options;
  const rest =
    answer.kind === 'program' ? shownHtml(answer, options) : sourcesHtml(answer, find);
  return html`<details class="answer">
    <summary>An answer</summary>
    <div>
      <p>${inline(answer.short, find)}</p>
      ${proseHtml(answer.prose, find)} ${rest}
    </div>
  </details>`;
}

function shownHtml(answer: ProgramAnswer, { highlight }: LessonPageOptions): Html {
  const { file, see, source } = answer;
  const code = source.slice(source.indexOf(' */') + 4);
  return html`${listingHtml(highlight(`npx tsx ${file}`, 'shellscript'))}
  ${terminalHtml(see.join('\n'))} ${listingHtml(highlight(code.trim(), 'typescript'))} `;
}

function sourcesHtml({ read, shownBy }: ProseAnswer, find: FindLink): Html {
  const list = (words: readonly string[]): Html =>
    trusted(words.map((one) => linked(one, find)).join(', '));
  return html`${read.length > 0 ? html`<p class="quiet">Read ${list(read)}.</p>` : ''}
    <p class="quiet">Shown by ${list(shownBy)}.</p> `;
}

/** A file, or `behaviours NAME`. */
function linked(name: string, find: FindLink): Html {
  const experiment = /^behaviours (\S+)$/.exec(name)?.[1];
  const way = find(experiment === undefined ? name : `docs/behaviours.md#${experiment}`);
  const inside = html`<code>${escaped(name)}</code>`;
  return way === undefined ? inside : html`<a href="${escaped(way)}">${inside}</a>`;
}
