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
import { type Browser, chromium, type Page } from 'playwright-core';
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

/** Opens a page as a visitor whom nobody knows, with no memory of other visits. */
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
  const visitor = await browser.newContext({
    ...preferences,
    viewport: { width, height },
  });
  context.onTestFinished(() => visitor.close());
  visitor.setDefaultTimeout(PATIENCE);
  const page = await visitor.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin === new URL(url).origin) return;
    complaints.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return Object.assign(page, { complaints: () => [...complaints] });
}
