/** What stands around every page: the bar with contents and search, and the links onwards. Pure. */
import { escaped, type Html, html, trusted } from './html.ts';
import { type Page, type Part, PARTS, relativePath } from './site.ts';

/** The anchor of a heading, of a program or of what it declares has no colon. */
const MAIN = trusted('book:main');
const SEARCH = trusted('book:search');
const FOUND = trusted('book:found');

export interface Neighbours {
  before: Page | undefined;
  after: Page | undefined;
}

export function framed(
  page: Page,
  pages: readonly Page[],
  { before, after }: Neighbours,
): Html {
  const to = (path: string): Html => escaped(relativePath(page.path, path));
  const title = page.path === 'index.html' ? page.title : `${page.title} – socketlab`;
  return html`<!doctype html>
    <html lang="en" data-root="${to('index.html')}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${escaped(page.about.replaceAll('`', ''))}" />
        <title>${escaped(title)}</title>
        <link rel="icon" href="data:," />
        ${page.script === undefined ? '' : policy}
        <link rel="stylesheet" href="${to('assets/book.css')}" />
        <script src="${to('assets/book.js')}" defer="defer"></script>
        ${page.script === undefined ? '' : scriptHtml(to(page.script))}
      </head>
      <body>
        <a class="skip" href="#${MAIN}">Skip to the text</a>
        <header class="bar">
          <a class="brand" href="${to('index.html')}">socketlab</a>
          <details class="contents">
            <summary>Contents</summary>
            <nav aria-label="contents">${contents(page, pages)}</nav>
          </details>
          <form role="search" class="search">
            <label for="${SEARCH}">Search</label
            ><input
              id="${SEARCH}"
              type="search"
              autocomplete="off"
              placeholder="/"
              aria-controls="${FOUND}"
            />
          </form>
          <button class="theme" type="button" hidden="hidden">dark</button>
        </header>
        <div
          class="found"
          id="${FOUND}"
          role="region"
          aria-label="what was found"
          aria-live="polite"
          hidden="hidden"
        ></div>
        <main id="${MAIN}" tabindex="-1">${page.body}</main>
        <nav class="way" aria-label="next and previous page">
          ${before ? wayHtml('prev', 'before', before, to) : ''}
          ${after ? wayHtml('next', 'read next', after, to) : ''}
        </nav>
      </body>
    </html> `;
}

/** Nothing from elsewhere, and no script and no style but the book's own files. */
const policy = html`<meta
  http-equiv="Content-Security-Policy"
  content="default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
/>`;

function scriptHtml(src: Html): Html {
  return html`<script src="${src}" defer="defer"></script>`;
}

/** By its first letter as well: see assets/book.js. */
function wayHtml(
  rel: 'prev' | 'next',
  word: string,
  { path, title }: Page,
  to: (path: string) => Html,
): Html {
  return html`<a rel="${trusted(rel)}" href="${to(path)}"
    ><small>${trusted(word)} <kbd>${trusted(rel[0]!)}</kbd></small> ${escaped(title)}</a
  >`;
}

function contents(page: Page, pages: readonly Page[]): Html[] {
  return PARTS.filter((part) => part !== 'Source').map((part) =>
    partList(part, page, pages),
  );
}

function partList(part: Part, page: Page, pages: readonly Page[]): Html {
  const items = pages
    .filter((one) => one.part === part)
    .map(({ path, title }) =>
      path === page.path
        ? html`<li><a href="#${MAIN}" aria-current="page">${escaped(title)}</a></li>`
        : html`<li>
            <a href="${escaped(relativePath(page.path, path))}">${escaped(title)}</a>
          </li>`,
    );
  return html`<h2>${escaped(part)}</h2>
    <ul>
      ${items}
    </ul>`;
}
