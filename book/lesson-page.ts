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
import { columnsHtml } from './code.ts';
import type { Highlight } from './highlight.ts';
import { escaped, type Html, html, trusted } from './html.ts';
import { placeOf } from './problems.ts';
import { type FindLink, inline, proseHtml } from './prose.ts';
import type { SceneRun } from './runs.ts';
import { readSource, ROOT } from './sources.ts';
import { captureHtml, terminalHtml } from './terminal.ts';

export interface LessonPage {
  body: Html;
  /** Pictures and their pages, by their paths in the site. */
  files: Map<string, string>;
  /** Exercises that nobody has answered yet. */
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

export function lessonPage(lesson: Lesson, options: LessonPageOptions): LessonPage {
  const files = new Map<string, string>();
  const open: string[] = [];
  const scenes = lesson.scenes.map((scene, index) =>
    sceneHtml(lesson, scene, index, options.runs?.[index], files),
  );
  const folder = `examples/${lesson.id}`;
  const programs = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts'));
  const shown = orderOf(lesson, programs).map((name) =>
    programHtml(lesson, `${folder}/${name}`, name.replace(/\.ts$/, ''), options, open),
  );
  const number = lesson.id.slice(0, 2);
  const body = html`<h1>${escaped(`${Number(number)}. ${lesson.title}`)}</h1>
    <pre
      class="listing"
      tabindex="0"
    ><code>${options.highlight(`npm run -s socketlab -- run ${number}`, 'shellscript')}</code></pre>
    ${scenes}
    <h2 id="programs">The programs</h2>
    ${shown} `;
  return { body, files, open };
}

/** As they come on the stage; what never does comes last. */
function orderOf(lesson: Lesson, programs: readonly string[]): string[] {
  // A scene may have a guest from another lesson, which has a chapter for it.
  const played = lesson.scenes.flatMap(({ roles }) =>
    roles
      .map(({ file }) => file.split(/[\\/]/))
      .filter((path) => path.at(-2) === lesson.id)
      .map((path) => path.at(-1)!),
  );
  return [...new Set([...played, ...programs])];
}

function sceneHtml(
  lesson: Lesson,
  scene: Scene,
  index: number,
  run: SceneRun | undefined,
  files: Map<string, string>,
): Html {
  const names = [...new Set(scene.roles.map(({ name }) => name))].join(', ');
  const heading = html`<h2 id="scene-${trusted(String(index + 1))}">${escaped(names)}</h2>
    <p>${escaped(scene.look)}</p>`;
  if (!run)
    return html`${heading}
      <p class="quiet">This book was built without this run.</p> `;
  return html`${heading} ${captureHtml(scene, run)}
  ${pictureHtml(lesson, index, run, names, files)} `;
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
  const [, width = '760', height = '400'] =
    /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(picture.wide) ?? [];
  return html`<figure class="diagram">
    <a href="${escaped(name)}-events.html"
      ><picture
        ><source media="(max-width: 40rem)" srcset="${escaped(name)}-narrow.svg" />
        <img
          src="${escaped(name)}.svg"
          width="${trusted(width)}"
          height="${trusted(height)}"
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

function programHtml(
  lesson: Lesson,
  file: string,
  name: string,
  options: LessonPageOptions,
  open: string[],
): Html {
  const source = readSource(file);
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
  return html`<section aria-labelledby="${escaped(name)}">
    <h3 id="${escaped(name)}">${escaped(`${name}.ts`)}</h3>
    ${header ? headerHtml(header, answer, options) : ''} ${columns}
  </section> `;
}

function headerHtml(
  { title, fields, see, serves }: ProgramHeader,
  answer: Answer | undefined,
  options: LessonPageOptions,
): Html {
  const { find, lectures, highlight } = options;
  const { Shows = '', Lecture = '', Run = '', Partner, Exercise = '' } = fields;
  const row = escaped(/^[A-Z]\d+/.exec(Lecture)?.[0] ?? '');
  const lecture = html`<a href="${escaped(lectures)}">${row}</a
    >${inline(Lecture.slice(row.length), find)}`;
  const commands = [Run, Partner ?? '']
    .filter(Boolean)
    .map((line) => line.replace(/\s+\(/, '   # (').trim());
  const seen = see.map(
    ({ printed, typed }) => printed + (typed === undefined ? '' : `«${typed}»`),
  );
  if (serves) seen.push('^C');
  return html`<div class="header">
    <div>
      <p><strong>${escaped(title)}</strong></p>
      <p>${inline(Shows, find)}</p>
      <p class="quiet">Lecture: ${row === '' ? inline(Lecture, find) : lecture}</p>
    </div>
    <div>
      <pre
        tabindex="0"
      ><code>${trusted(highlight(commands.join('\n'), 'shellscript').join('\n'))}</code></pre>
      <details class="see">
        <summary>What one sees</summary>
        ${terminalHtml(seen.join('\n'))}
      </details>
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
  return html`<pre
      tabindex="0"
    ><code>${trusted(highlight(`npx tsx ${file}`, 'shellscript').join(''))}</code></pre>
    ${terminalHtml(see.join('\n'))}
    <pre
      tabindex="0"
    ><code>${trusted(highlight(code.trim(), 'typescript').join('\n'))}</code></pre> `;
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
