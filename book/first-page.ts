/** What the first page shows besides its prose: the first lesson's run, and the contents. Pure. */
import type { Lesson } from '../src/lessons/index.ts';
import { escaped, type Html, html, slug, trusted } from './html.ts';
import { inline } from './prose.ts';
import type { SceneRun } from './runs.ts';
import { captureHtml } from './terminal.ts';

/** A scene's question, its run and its picture, as a way into its lesson. */
export function openingHtml(
  { id, title, scenes }: Lesson,
  run: SceneRun | undefined,
): Html {
  const [scene] = scenes;
  const lesson = escaped(`lessons/${id}.html`);
  const picture = html`<a href="${lesson}#scene-1"
    ><img
      src="lessons/${trusted(id)}-1-narrow.svg"
      alt="What the sockets of this run did, in order of time: ${escaped(run?.picture?.summary ?? '')}."
  /></a>`;
  return html`<section class="opening" aria-labelledby="opening">
    <div>
      <h2 id="opening">${escaped(scene?.question ?? title)}</h2>
      ${run && scene ? captureHtml(scene, run, 0) : ''}
      <p>${escaped(scene?.look ?? '')}</p>
      <p><a class="go" href="${lesson}">Lesson 1: ${escaped(title)}</a></p>
      <p class="progress" hidden="hidden"></p>
    </div>
    ${run?.picture ? html`<div class="diagram">${picture}</div>` : ''}
  </section> `;
}

/** A link, and what it leads to in a line. */
export type Entry = readonly [path: string, title: string, about?: string];

export function contentsHtml(
  parts: readonly (readonly [title: string, entries: readonly Entry[]])[],
): Html {
  const lists = parts.map(([title, entries]) => {
    const items = entries.map(
      ([path, name, about = '']) =>
        html`<li>
          <a href="${escaped(path)}">${escaped(name)}</a>
          ${inline(about, () => undefined)}
        </li>`,
    );
    return html`<h3 id="${escaped(slug(title))}">${escaped(title)}</h3>
      <ul>
        ${items}
      </ul>`;
  });
  return trusted(lists.join('\n'));
}
