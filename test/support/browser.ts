/**
 * A real browser for the pages: Chromium, driven by playwright-core, which does not include
 * one. It is $CHROMIUM, or is found where Debian, Ubuntu and Google install it. Without a browser
 * a test is skipped with a reason; if peers are required (REQUIRE_PEERS=1), it fails.
 *
 *   let browser: Browser | undefined;
 *   beforeAll(async () => { browser = await openBrowser(); });
 *   afterAll(() => browser?.close());
 *
 *   it('shows …', async (context) => {
 *     const page = await openPage(context, browser, url);
 *     …
 *     expect(page.complaints()).toEqual([]);
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type Browser,
  chromium,
  type ConsoleMessage,
  type Page,
  type Request,
} from 'playwright-core';
import type { TestContext } from 'vitest';
import { PATIENCE } from './programs.ts';

const inPath = (name: string): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));

const program = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  ...inPath('google-chrome'),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((file) => file !== '' && existsSync(file));

let whyNot = 'there is no Chromium: install it, or say where it is with CHROMIUM=…';

/**
 * One for all tests of a file: it starts in a second or two. Undefined when none does.
 * @param args further ones for its command line
 */
export async function openBrowser(args: string[] = []): Promise<Browser | undefined> {
  if (program === undefined) return undefined;
  try {
    return await chromium.launch({ executablePath: program, timeout: PATIENCE, args });
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    whyNot = `Chromium does not start here: ${first}`;
    return undefined;
  }
}

export interface PageOptions {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
  hasTouch?: boolean;
  javaScriptEnabled?: boolean;
}

/** A page, and all that it did which a page should not do. */
export interface WatchedPage extends Page {
  /** Errors of its scripts and on its console, and requests to any other origin. */
  complaints(): string[];
}

/** Pages that are free again, of each browser by what stays as it is when one is opened. */
const idle = new WeakMap<Browser, Map<string, Page[]>>();

/**
 * Opens a page as a visitor whom nobody knows, with no memory of other visits. It may be one in
 * which a test before has been: to open another takes as long as ten visits.
 */
export async function openPage(
  context: TestContext,
  browser: Browser | undefined,
  url: string,
  options: PageOptions = {},
): Promise<WatchedPage> {
  if (!browser) {
    if (process.env['REQUIRE_PEERS'] === '1') throw new Error(whyNot);
    context.skip(whyNot);
  }
  const { width = 1280, height = 720, ...preferences } = options;
  const { colorScheme = 'light', reducedMotion = 'no-preference', ...kind } = preferences;
  const free = freePages(browser, JSON.stringify(kind));
  const page = free.pop() ?? (await newPage(browser, kind));
  const [complaints, stop] = watch(page, url);
  context.onTestFinished(async ({ task }) => {
    stop();
    // Whatever a failed test has left behind is nobody's problem.
    if (task.result?.state === 'pass' && (await forget(page))) free.push(page);
    else await page.context().close();
  });
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ media: null, colorScheme, reducedMotion });
  await page.goto(url);
  return Object.assign(page, { complaints: () => [...complaints] });
}

function freePages(browser: Browser, kind: string): Page[] {
  const kinds = idle.get(browser) ?? new Map<string, Page[]>();
  idle.set(browser, kinds);
  const pages = kinds.get(kind) ?? [];
  kinds.set(kind, pages);
  return pages;
}

async function newPage(browser: Browser, kind: PageOptions): Promise<Page> {
  const visitor = await browser.newContext(kind);
  visitor.setDefaultTimeout(PATIENCE);
  return visitor.newPage();
}

/** Notes what a page does that it should not, until `stop`. */
function watch(page: Page, url: string): [complaints: string[], stop: () => void] {
  const complaints: string[] = [];
  const onError = (error: Error): void => {
    complaints.push(`script: ${error.message}`);
  };
  const onConsole = (message: ConsoleMessage): void => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  };
  const onRequest = (request: Request): void => {
    if (new URL(request.url()).origin === new URL(url).origin) return;
    complaints.push(`request to ${request.url()}`);
  };
  page.on('pageerror', onError).on('console', onConsole).on('request', onRequest);
  const stop = (): void => {
    page.off('pageerror', onError).off('console', onConsole).off('request', onRequest);
  };
  return [complaints, stop];
}

/** Leaves nothing in a page of the visit that is over. @returns whether it could */
async function forget(page: Page): Promise<boolean> {
  const visitor = page.context();
  try {
    for (const other of visitor.pages()) if (other !== page) await other.close();
    await page.evaluate('localStorage.clear(); sessionStorage.clear()');
    await visitor.clearCookies();
    await visitor.clearPermissions();
    // Nothing is pointed at.
    await page.mouse.move(-1, -1);
    await page.goto('about:blank');
    return true;
  } catch {
    return false; // the test has closed it, or has no scripts there
  }
}
