/**
 * The book as its readers see it: built once, in its short form, and read in a real browser,
 * from disk and from a host under a sub-path.
 */
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../../../src/common/index.ts';
import { findLessons } from '../../../src/lessons/index.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { Programs } from '../../support/programs.ts';

/** The build makes some 300 pages, and runs the lessons for them. Milliseconds. */
const BUILD_PATIENCE = 390_000;
const folder = mkdtempSync(join(tmpdir(), 'socketlab-book-test-'));
const programs = new Programs();
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
let browser: Browser | undefined;
let told = '';

beforeAll(async () => {
  const opening = openBrowser();
  const build = programs.source('book/build.ts', ['--short', '--out', folder]);
  const end = await build.ended(BUILD_PATIENCE);
  if (end.code !== 0) throw new Error(end.stderr);
  told = build.stdout;
  browser = await opening;
});

afterAll(async () => {
  await programs.stopAll();
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const pagesOnDisk = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.html'),
  );
const onDisk = (path: string): string => pathToFileURL(join(folder, path)).href;

/** One of each kind. */
const PAGES = [
  'index.html',
  'lessons/01-udp-uppercase.html',
  'lessons/09-auction.html',
  'source/udp/about.html',
  'source/udp/datagram-socket.html',
  'calls.html',
  'compare.html',
  'behaviours.html',
  'outgrow.html',
  'lecturers.html',
  'contributors.html',
  'glossary.html',
  'architecture.html',
];

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** The width between the margins of 15 mm, in CSS pixels. */
const A4 = 680;

interface Printed {
  background: string;
  /** Answers that stay hidden. */
  closed: number;
  /** What is wider than its place, and so would be cut. */
  cut: string[];
  bars: number;
}

const PRINTED = `(() => {
  const shown = (one) => getComputedStyle(one).display !== 'none' && one.clientWidth > 0;
  const all = [...document.querySelectorAll('main *')].filter(shown);
  return {
    background: getComputedStyle(document.documentElement).backgroundColor,
    closed: document.querySelectorAll('main details:not([open])').length,
    cut: all
      .filter((one) => getComputedStyle(one).display !== 'inline')
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.tagName + ': ' + one.textContent.slice(0, 60)),
    bars: [...document.querySelectorAll('.bar, .way')].filter(shown).length,
  };
})()`;

/** In the browser: short code in tables that is cut into more than two lines. */
const BROKEN = `[...document.querySelectorAll('main td code')]
  .filter((one) => one.textContent.length < 28 && one.getClientRects().length > 2)
  .map((one) => one.textContent)`;

/** In the browser, one text after the other in the same page: those for which it is too narrow. */
const TOO_WIDE = `(texts) => texts.flatMap(([path, text]) => {
  document.querySelector('main').innerHTML = text.replaceAll(/ src(?:set)?="[^"]*"/g, '');
  return document.documentElement.scrollWidth > 400 ? [path] : [];
})`;

/** In the browser: marks of Markdown that nobody has made code of. */
const MARKS = `[...document.querySelectorAll('main p, main li, main td, main dd')]
  .flatMap((one) => [...one.childNodes])
  .filter((one) => one.nodeType === Node.TEXT_NODE && one.data.includes('\`'))
  .map((one) => one.data.trim())`;

/** In the browser: what a lenient reader silently closes or moves, if anything. */
const NESTING = `(text) => {
  const strict = new DOMParser().parseFromString(
    text
      .replace('<!doctype html>', '')
      .replace('<html ', '<html xmlns="http://www.w3.org/1999/xhtml" '),
    'application/xhtml+xml',
  );
  const error = strict.querySelector('parsererror');
  if (error) return error.textContent;
  const lenient = new DOMParser().parseFromString(text, 'text/html');
  const shape = (root) => [...root.querySelectorAll('body *')].map(
    (one) => one.parentElement.localName + '>' + one.localName,
  );
  const [one, other] = [shape(strict), shape(lenient)];
  const at = one.findIndex((name, index) => name !== other[index]);
  if (at === -1 && one.length === other.length) return '';
  return one[at] + ' became ' + other[at];
}`;

describe('the book', () => {
  it('has a chapter for every lesson, with its run where the build ran it', () => {
    for (const { id } of findLessons()) {
      expect(statSync(join(folder, `lessons/${id}.html`)).isFile()).toBe(true);
    }
    const first = readFileSync(join(folder, 'lessons/01-udp-uppercase.html'), 'utf8');
    expect(first).toContain('MY NAME IS STÅLE');
    expect(first).toContain('01-udp-uppercase-1.svg');
    expect(first).toContain('createSocket');
  });

  it('keeps its pages light', () => {
    const pages = pagesOnDisk();
    expect(pages.length).toBeGreaterThan(200);
    const sizes = pages.map((name) => statSync(join(folder, name)).size);
    expect(median(sizes) / 1024).toBeLessThan(40);
    expect(told).toMatch(/a page: \d+ KB \(median\)/);
  });

  for (const path of PAGES) {
    it(`has no barriers in light and dark, and room at 400 pixels: ${path}`, async (context) => {
      const page = await openPage(context, browser, onDisk(path), {
        colorScheme: 'light',
      });
      await page.evaluate(axeSource);
      const barriers = async (rules = ''): Promise<string[]> => {
        // Without preload: pages from disk may not read their style sheets again.
        const run = `axe.run({ preload: false, ${rules} }).then((all) => all.violations)`;
        const violations = await page.evaluate<Violation[]>(run);
        return violations.map(({ id, nodes }) => {
          const places = nodes.slice(0, 3).map(({ html }) => html.slice(0, 160));
          return `${id}: ${places.join(' | ')}`;
        });
      };
      expect(await barriers()).toEqual([]);
      await page.click('.theme');
      expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
      // In the dark the colours are others, and nothing else.
      expect(await barriers("runOnly: ['color-contrast']")).toEqual([]);
      await page.setViewportSize({ width: 400, height: 720 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
      expect(await page.evaluate(BROKEN)).toEqual([]);
      expect(await page.evaluate(MARKS)).toEqual([]);
      expect(page.complaints()).toEqual([]);
    });
  }

  it('has room at 400 pixels on every other page, too', async (context) => {
    const page = await openPage(context, browser, onDisk('glossary.html'), {
      width: 400,
    });
    const texts = pagesOnDisk()
      .filter((path) => !path.endsWith('-events.html') && path !== 'compare-report.html')
      .map((path) => {
        const html = readFileSync(join(folder, path), 'utf8');
        return [path, /<main[^>]*>([^]*)<\/main>/.exec(html)![1]!] as const;
      });
    expect(texts.length).toBeGreaterThan(200);
    texts.push(['what has no room', `<p>${'W'.repeat(99)}</p>`]);
    const wide = await page.evaluate(`(${TOO_WIDE})(${JSON.stringify(texts)})`);
    expect(wide).toEqual(['what has no room']);
  });

  it('nests its elements as they are written, on every kind of page', async (context) => {
    const page = await openPage(context, browser, onDisk('index.html'));
    for (const path of PAGES) {
      const source = readFileSync(join(folder, path), 'utf8');
      const problem = await page.evaluate<string>(
        `(${NESTING})(${JSON.stringify(source)})`,
      );
      expect(`${path}: ${problem}`).toBe(`${path}: `);
    }
  });

  it.for(['lessons/01-udp-uppercase.html', 'calls.html', 'compare.html'])(
    'goes on paper in black on white, whole, and with its answers: %s',
    async (path, context) => {
      const page = await openPage(context, browser, onDisk(path), {
        colorScheme: 'dark',
      });
      await page.setViewportSize({ width: A4, height: 1000 });
      await page.emulateMedia({ media: 'print' });
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      const seen = await page.evaluate<Printed>(PRINTED);
      expect(seen).toEqual({
        background: 'rgb(255, 255, 255)',
        closed: 0,
        cut: [],
        bars: 0,
      });
    },
  );

  it('searches from disk, without a server, by keyboard alone', async (context) => {
    const page = await openPage(context, browser, onDisk('index.html'));
    await page.keyboard.press('/');
    await page.keyboard.type('backlog');
    await page.waitForSelector('.found li');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.href.endsWith('index.html'));
    expect((await page.textContent('main'))!.toLowerCase()).toContain('backlog');
    expect(page.complaints()).toEqual([]);
  });

  it('goes on with n and back with p', async (context) => {
    const page = await openPage(
      context,
      browser,
      onDisk('lessons/01-udp-uppercase.html'),
    );
    await page.keyboard.press('n');
    await page.waitForURL(/02-tcp-uppercase/);
    expect(await page.textContent('h1')).toContain('TCP');
    await page.keyboard.press('p');
    await page.waitForURL(/01-udp-uppercase/);
  });

  it('begins with the first lesson: n leads there from the first page', async (context) => {
    const page = await openPage(context, browser, onDisk('index.html'));
    await page.keyboard.press('n');
    await page.waitForURL(/lessons\/01-udp-uppercase/);
    expect(await page.textContent('h1')).toContain('UDP');
    await page.keyboard.press('p');
    await page.waitForURL(/index\.html$/);
  });

  it('asks, shows the run and its picture, and only then names a command', () => {
    const html = readFileSync(join(folder, 'lessons/01-udp-uppercase.html'), 'utf8');
    const [, main = ''] = /<main[^>]*>([^]*)<\/main>/.exec(html)!;
    const words = [
      'know whom to answer?',
      'MY NAME IS',
      '<figure',
      '"listing"',
      'server.ts',
    ];
    const places = words.map((word) => main.indexOf(word));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('ticks a lesson whose end has been seen, until it is told to forget it', async (context) => {
    const page = await openPage(
      context,
      browser,
      onDisk('lessons/01-udp-uppercase.html'),
    );
    await page.click('.contents summary');
    const ticked = '.contents li.read > a[aria-current]';
    expect(await page.locator(ticked).count()).toBe(0);
    await page.locator('.way').scrollIntoViewIfNeeded();
    await page.waitForSelector(ticked);
    await page.goto(onDisk('index.html'));
    await page.waitForSelector('#lessons + ul li.read');
    const told = await page.textContent('.progress');
    expect(told).toContain(`1 of ${findLessons().length} lessons`);
    expect(told).toContain('2. TCP uppercase');
    await page.click('.progress button');
    expect(await page.isHidden('.progress')).toBe(true);
    await page.reload();
    expect(await page.locator('li.read').count()).toBe(0);
    expect(page.complaints()).toEqual([]);
  });

  it('copies a command as it is typed, and a program as it runs', async (context) => {
    const page = await openPage(
      context,
      browser,
      onDisk('lessons/01-udp-uppercase.html'),
    );
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (button: string): Promise<string> => {
      await page.locator(button).first().click();
      await page.waitForSelector('text="copied"');
      return page.evaluate<string>('navigator.clipboard.readText()');
    };
    expect(await copied('.copied > .copy')).toBe('npm run -s socketlab -- run 01\n');
    const program = await copied('.program > .copy');
    expect(program).toMatch(/^import .*\n/);
    expect(program).not.toContain('Shows:');
    expect(ts.transpileModule(program, { reportDiagnostics: true }).diagnostics).toEqual(
      [],
    );
  });

  it('remembers who wants it dark', async (context) => {
    const page = await openPage(context, browser, onDisk('index.html'));
    await page.click('.theme');
    await page.goto(onDisk('glossary.html'));
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
  });

  it('opens under a sub-path of any host, and asks no other', async (context) => {
    const server = await serve('/course/book/');
    context.onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/course/book/`;
    const page = await openPage(context, browser, `${url}index.html`);
    await page.click('main a[href^="lessons/"]');
    await page.waitForURL(/lessons/);
    await page.click('.search input');
    await page.keyboard.type('datagram');
    await page.waitForSelector('.found li');
    expect(page.complaints()).toEqual([]);
  });
});

/** A host of files, and of nothing outside its folder. */
async function serve(prefix: string): Promise<Server> {
  const types: Record<string, string> = {
    html: 'text/html',
    css: 'text/css',
    js: 'text/javascript',
    svg: 'image/svg+xml',
  };
  const server = createServer((request, response) => {
    const path = decodeURI(request.url ?? '').split(/[?#]/)[0]!;
    const inside = path.startsWith(prefix) && !path.includes('..');
    try {
      if (!inside) throw new Error('not here');
      const text = readFileSync(join(folder, path.slice(prefix.length)));
      response.setHeader('content-type', types[path.split('.').at(-1)!] ?? 'text/plain');
      response.end(text);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}
