// @ts-check
/**
 * What a page of the book does besides being read: search, light and dark, keys, buttons that
 * copy, and which lessons have been read. Without this script everything can be read all the same.
 *
 *   /        search           Esc      leave it
 *   n, p     next, previous page
 *
 * What it remembers (light or dark, lessons read) stays in the browser.
 */
const root = document.documentElement;
const base = new URL(root.dataset['root'] ?? 'index.html', location.href);

// Light and dark: what the system says until somebody says otherwise.
const theme = /** @type {HTMLButtonElement} */ (document.querySelector('.theme'));
const dark = matchMedia('(prefers-color-scheme: dark)');

/** @param {string} key */
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // some browsers keep nothing for pages from disk
  }
}

/** @param {string} key @param {string} value */
function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then it holds for this page alone
  }
}

/** @param {string} scheme */
function paint(scheme) {
  root.dataset['theme'] = scheme;
  theme.textContent = scheme === 'dark' ? 'light' : 'dark';
}

const chosen = recall('socketlab-theme');
paint(chosen ?? (dark.matches ? 'dark' : 'light'));
theme.hidden = false;
theme.addEventListener('click', () => {
  const scheme = root.dataset['theme'] === 'dark' ? 'light' : 'dark';
  paint(scheme);
  remember('socketlab-theme', scheme);
});

// Progress: a lesson has been read when its end has been on the screen.
const here = new URL('.', base).pathname;
/** @param {string} path */
const isLesson = (path) => path.startsWith(`${here}lessons/`);
/** The names of lessons that have been read. @type {Set<string>} */
const read = new Set((recall('socketlab-read') ?? '').split(' ').filter(Boolean));
/** @param {string} path */
const nameOf = (path) => path.slice(`${here}lessons/`.length).replace(/\.html$/, '');

function showProgress() {
  for (const link of document.querySelectorAll('li > a')) {
    const { pathname } = /** @type {HTMLAnchorElement} */ (link);
    const done = isLesson(pathname) && read.has(nameOf(pathname));
    link.parentElement?.classList.toggle('read', done);
  }
  const told = document.querySelector('.progress');
  if (!(told instanceof HTMLElement)) return;
  told.hidden = read.size === 0;
  /** @type {HTMLAnchorElement[]} */
  const lessons = [...document.querySelectorAll('#lessons + ul a')];
  const next = lessons.find(({ pathname }) => !read.has(nameOf(pathname)));
  const done = lessons.filter(({ pathname }) => read.has(nameOf(pathname))).length;
  const forget = document.createElement('button');
  forget.textContent = 'Forget this';
  forget.addEventListener('click', () => {
    read.clear();
    remember('socketlab-read', '');
    showProgress();
  });
  told.replaceChildren(`You have read ${done} of ${lessons.length} lessons. `);
  if (next) {
    const link = document.createElement('a');
    link.href = next.href;
    link.textContent = next.textContent;
    told.append('Next: ', link, '. ');
  }
  told.append(forget);
}

showProgress();
const end = document.querySelector('.way');
if (isLesson(location.pathname) && end) {
  new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    read.add(nameOf(location.pathname));
    remember('socketlab-read', [...read].join(' '));
    showProgress();
  }).observe(end);
}

// Buttons that copy. A browser has no clipboard for pages that it does not trust.
/** @param {string} what @param {() => string} text */
function copyButton(what, text) {
  const button = document.createElement('button');
  button.className = 'copy';
  button.textContent = 'copy';
  button.setAttribute('aria-label', `copy ${what}`);
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(text()).then(() => {
      button.textContent = 'copied';
      setTimeout(() => {
        button.textContent = 'copy';
      }, 1500);
    });
  });
  return button;
}

if (navigator.clipboard) {
  for (const listing of document.querySelectorAll('pre.listing')) {
    const text = () => `${listing.textContent?.trimEnd()}\n`;
    const frame = document.createElement('div');
    frame.className = 'copied';
    listing.replaceWith(frame);
    frame.append(listing, copyButton(text().split('\n')[0] ?? '', text));
  }
  for (const program of document.querySelectorAll('.program')) {
    const code = [...program.querySelectorAll('.code pre')];
    const name = program.querySelector('h3');
    const text = () => `${code.map((part) => part.textContent).join('\n')}\n`;
    name?.after(copyButton(`${name.textContent} without its comments`, text));
  }
}

// Search. The index is a script of its own, loaded when somebody begins to search.
const field = /** @type {HTMLInputElement} */ (document.querySelector('.search input'));
const found = /** @type {HTMLElement} */ (document.querySelector('.found'));
const MOST = 12;
/** @type {Promise<[string, string, string, string][]> | undefined} */
let index;

function loadIndex() {
  index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = new URL('assets/search-index.js', base).href;
    script.addEventListener('load', () =>
      resolve(/** @type {any} */ (globalThis).bookIndex.flatMap(entriesOf)),
    );
    script.addEventListener('error', reject);
    document.head.append(script);
  });
  return index;
}

/**
 * Title, path, heading and words of each section of a page.
 * @param {[string, string, [string, string, string][]]} page
 * @returns {[string, string, string, string][]}
 */
function entriesOf([title, path, sections]) {
  return sections.map(([id, heading, words]) => {
    return [title, id === '' ? path : `${path}#${id}`, heading, words];
  });
}

/**
 * How well an entry fits: 0 when a word is missing.
 * @param {readonly string[]} words
 * @param {readonly string[]} entry
 */
function fitness(words, entry) {
  const [title = '', , heading = '', text = ''] = entry.map((part) => part.toLowerCase());
  let sum = 0;
  for (const word of words) {
    const here =
      (title.includes(word) ? 8 : 0) +
      (heading.includes(word) ? 6 : 0) +
      (text.includes(word) ? 1 : 0);
    if (here === 0) return 0;
    sum += here;
  }
  return sum;
}

async function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  found.hidden = words.length === 0;
  if (words.length === 0) return;
  const entries = await loadIndex();
  const hits = entries
    .map((entry) => ({ entry, fit: fitness(words, entry) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MOST);
  const list = document.createElement('ol');
  for (const { entry } of hits) list.append(hitItem(entry, words[0] ?? ''));
  const none = document.createElement('p');
  none.textContent = `Nothing has all of: ${words.join(', ')}`;
  found.replaceChildren(hits.length === 0 ? none : list);
}

/**
 * @param {[string, string, string, string]} entry
 * @param {string} word
 */
function hitItem([title, path, heading, text], word) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = new URL(path, base).href;
  link.textContent = heading === '' ? title : `${title}: ${heading}`;
  const around = document.createElement('p');
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  around.textContent = `${at > 0 ? '… ' : ''}${text.slice(at, at + 140)} …`;
  item.append(link, around);
  return item;
}

field.addEventListener('input', () => void search());
field.form?.addEventListener('submit', (event) => {
  event.preventDefault();
  found.querySelector('a')?.click();
});

const contents = /** @type {HTMLDetailsElement} */ (document.querySelector('.contents'));

document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === 'Escape') {
    contents.open = false;
    found.hidden = true;
    field.blur();
    return;
  }
  if (event.target instanceof HTMLInputElement) return;
  if (event.key === '/') {
    event.preventDefault();
    field.focus();
  }
  const rel = { n: 'next', p: 'prev' }[event.key];
  const way = document.querySelector(`.way a[rel="${rel}"]`);
  if (way instanceof HTMLAnchorElement) way.click();
});
document.addEventListener('click', (event) => {
  if (event.target instanceof Node && !contents.contains(event.target)) {
    contents.open = false;
  }
});
// On paper everything is open.
addEventListener('beforeprint', () => {
  for (const closed of document.querySelectorAll('main details')) {
    /** @type {HTMLDetailsElement} */ (closed).open = true;
  }
});
