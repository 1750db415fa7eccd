/** Both kinds of board, for one game whose auctioneer is killed and comes back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, openPage, type WatchedPage } from '../../support/browser.ts';
import { PATIENCE, type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
let browser: Browser | undefined;
let folder: string;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
});
afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

async function boardOf(program: Program): Promise<string> {
  await program.printed(/board: +http:\S+\//i);
  return /board: +(http:\S+\/)/i.exec(program.stdout)![1]!;
}

async function show(
  pages: WatchedPage[],
  selector: string,
  words: string,
): Promise<void> {
  await Promise.all(
    pages.map((page) =>
      page.locator(selector, { hasText: words }).first().waitFor({ timeout: PATIENCE }),
    ),
  );
}

describe('auction serve --board and auction board', () => {
  it('show the same game, through kill -9 and --resume, to its end', async (context) => {
    const port = String(await ownPort());
    const boardPort = String(await ownPort());
    const journal = join(folder, 'game.jsonl');
    const serve = (...args: string[]): Program =>
      programs.cli('auction', 'serve', '--port', port, '--board', boardPort, ...args);
    const rules = ['--bidders', '2', '--budget', '1000000', '--kinds', 'Picasso'];
    rules.push('--deadline', '0'); // whoever types here may be slow
    // The board that stands alone is there first, and waits.
    const alone = programs.cli('auction', 'board', '--port', port, '--board-port', '0');
    const far = await openPage(context, browser, await boardOf(alone));
    await show([far], '#stage', 'Waiting for the auctioneer');
    await show([far], '#stage', `auction bid NAME --port ${port}`);
    await show(
      [far],
      '#stage',
      'to play on a phone, open the board of auction serve --board',
    );
    const server = serve(...rules, '--journal', journal);
    const near = await openPage(context, browser, await boardOf(server));
    const pages = [near, far];
    await show(pages, '.how-many', '0 of 2 have joined');
    await show(pages, '#stage', `127.0.0.1:${port}`);

    const ann = programs.cli('auction', 'bid', 'ann', '--port', port);
    await show(pages, '.how-many', '1 of 2 have joined');
    const bob = programs.cli('auction', 'bid', 'bob', '--port', port);
    await show(pages, '#round', 'item 1 of 200');
    await show(pages, '.how-many', '0 of 2 have answered');
    await bob.printed('your bid (0 to 1000000');
    bob.type('110001');
    await show(pages, '.how-many', '1 of 2 have answered');
    await ann.printed('your bid (0 to 1000000');
    ann.type('210001');
    await show(pages, '#last-sale', 'Picasso for 210,001');
    await show(pages, '#round', 'item 2 of 200');
    await ann.printed('your bid (0 to 789999');
    ann.type('220002');
    await show(pages, '.how-many', '1 of 2 have answered');

    server.signal('SIGKILL');
    await server.ended();
    await show([near], '#trouble', 'Connection lost: reconnecting');
    await show([far], '#trouble', 'Lost the auctioneer');
    await show(pages, '#last-sale', 'for 210,001');

    await boardOf(serve('--journal', journal, '--resume'));
    for (const page of pages) await page.locator('#trouble').waitFor({ state: 'hidden' });
    // Ann's bid of before is still there; sealed, as it was.
    await show(pages, '.how-many', '1 of 2 have answered');
    for (const page of pages) expect(await page.content()).not.toMatch(/220,?002/);
    bob.type('120002');
    await show(pages, '#last-sale', 'Picasso for 220,002');
    await ann.printed('your bid (0 to 569997');
    ann.type('230003');
    await show(pages, '.how-many', '1 of 2 have answered');
    bob.type('130003');
    await show(pages, '.winner', 'ann');
    await show(pages, '.why', 'with 3 × Picasso');
    await show(pages, '.purchases', 'P210,001item 1P220,002item 2P230,003item 3');
    expect(far.complaints()).toEqual([]);
  });
});
