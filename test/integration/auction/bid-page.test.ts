/** The page for phones, as its players see it: in a real browser. */
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  it,
  onTestFinished,
  type TestContext,
} from 'vitest';
import { openHall } from '../../support/auction-hall.ts';
import {
  openBrowser,
  openPage,
  type PageOptions,
  type WatchedPage,
} from '../../support/browser.ts';
import { eventually } from '../../support/eventually.ts';
import { ownPort } from '../../support/sockets.ts';

const PHONE = { width: 360, height: 740 };

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
function visit(
  context: TestContext,
  url: string,
  options: PageOptions = {},
): Promise<WatchedPage> {
  return openPage(context, browser, url, {
    reducedMotion: 'reduce',
    ...PHONE,
    ...options,
  });
}

async function shows(page: WatchedPage, selector: string, words: string): Promise<void> {
  await page.locator(selector, { hasText: words }).first().waitFor();
}

async function joinAs(page: WatchedPage, name: string, code?: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  if (code !== undefined) await page.getByLabel('Join code').fill(code);
  await page.getByRole('button', { name: 'Join' }).click();
}

/** The form may be filled in: it is for this round, and not answered yet. */
async function mayBid(page: WatchedPage): Promise<void> {
  await page.locator('#bid:not(.off)').waitFor();
}

async function bid(page: WatchedPage, amount: number): Promise<void> {
  await mayBid(page);
  await page.getByLabel('Your bid').fill(String(amount));
  await page.getByRole('button', { name: 'Bid' }).click();
}

async function pass(page: WatchedPage): Promise<void> {
  await mayBid(page);
  await page.getByRole('button', { name: 'Pass' }).click();
}

/** What axe finds wrong, in all its rules for WCAG 2.2 A and AA and its good practices. */
async function faults(page: WatchedPage): Promise<string[]> {
  const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(readFileSync(source, 'utf8'));
  return page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
  );
}

/** What is wider than the window, and what is too small for a finger. */
function misfits(page: WatchedPage): Promise<string[]> {
  return page.evaluate(`(() => {
    const found = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push('the page is ' + scrollWidth + ' wide');
    for (const one of document.querySelectorAll('button, input')) {
      const { height, width } = one.getBoundingClientRect();
      if (height === 0) continue;
      if (height < 44 || width < 44) found.push(one.id + ' is ' + width + ' by ' + height);
    }
    return found;
  })()`);
}

const itemOf = (kind: string | undefined): string => kind!.replace('_', ' ');

describe('a game on two phones', () => {
  it('goes from the name and the code to the winner, and shows nobody a sealed bid', async (context) => {
    const { auctioneer, page: url } = await openHall({
      code: 'K7RT',
      game: { bidders: 2, countToWin: 2, budget: 90_000_000, secondsPerRound: 0 },
    });
    const { auction } = auctioneer;
    // The QR code has the code behind it.
    const ann = await visit(context, `${url}#K7RT`);
    expect(await ann.getByLabel('Join code').inputValue()).toBe('K7RT');
    expect(ann.url()).toBe(url);
    await joinAs(ann, 'ann');
    await shows(ann, '#words', 'Waiting for 1 more to join');
    const bob = await visit(context, url);
    await joinAs(bob, 'bob', 'WRONG');
    await shows(bob, '#join-trouble', 'Give the join code');
    await joinAs(bob, 'two words', 'K7RT');
    await shows(bob, '#join-trouble', 'A name is one word');
    await joinAs(bob, 'ann', 'K7RT');
    await shows(bob, '#join-trouble', 'already joined');
    // Her name is as she wrote it, although it begins the sentence.
    expect(await bob.locator('#join-trouble').textContent()).toMatch(/^ann has already/);
    await joinAs(bob, 'bob', 'k7rt');

    const secrets: string[] = [];
    while (auction.phase === 'bidding' || auction.phase === 'joining') {
      await Promise.all([mayBid(ann), mayBid(bob)]);
      const { round } = auction;
      await shows(ann, '#item', itemOf(auction.items[round]));
      await shows(ann, '#round', `item ${round + 1} of`);
      const price = 1_000_000 + round * 54_321;
      const secret = 700_000 + round * 4321;
      secrets.push(String(secret), secret.toLocaleString('en'));
      await bid(bob, secret);
      await shows(
        bob,
        '#words',
        `You bid ${secret.toLocaleString('en')}. Waiting: 1 of 2`,
      );
      const seen = await ann.content();
      for (const one of secrets) expect(seen).not.toContain(one);
      await bid(ann, price);
      await eventually(() => expect(auction.round).toBe(round + 1));
      await shows(ann, '#sale-rows', 'ann');
      const { money } = auction.bidders.get('ann')!;
      const left = money.toLocaleString('en', {
        notation: 'compact',
        maximumFractionDigits: 1,
      });
      await shows(ann, '#money', `${left} left`);
    }
    await shows(ann, '#words', 'You have won!');
    await shows(bob, '#words', 'ann has won.');
    const seen = await ann.content();
    for (const one of secrets) expect(seen).not.toContain(one);
    expect([...ann.complaints(), ...bob.complaints()]).toEqual([]);
  });

  it('takes no bid that is none, and a pass', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 1, secondsPerRound: 0 },
    });
    const { auction } = auctioneer;
    const page = await visit(context, url);
    await joinAs(page, 'ann');
    await mayBid(page);
    for (const word of ['', '12.5', '-3', '101', '1e1', 'ten']) {
      await page.getByLabel('Your bid').fill(word);
      await page.getByRole('button', { name: 'Bid' }).click();
      await shows(page, '#bid-trouble', 'A bid is a whole number from 0 to 100');
    }
    expect(auction.answers.size).toBe(0);
    await page.getByLabel('Your bid').fill('99');
    const more = page.getByRole('button', { name: 'One more' });
    await more.click();
    await more.click();
    expect(await page.getByLabel('Your bid').inputValue()).toBe('100');
    await page.getByRole('button', { name: 'One less' }).click();
    expect(await page.getByLabel('Your bid').inputValue()).toBe('99');
    await pass(page);
    await eventually(() => expect(auction.round).toBe(1));
    expect(page.complaints()).toEqual([]);
  });

  it('shows names as text, whatever they look like', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 2, secondsPerRound: 0, win: 'highest-value', items: 9 },
    });
    const evil = await visit(context, url);
    await joinAs(evil, '<img/src=x>');
    const ann = await visit(context, url);
    await joinAs(ann, 'W'.repeat(32));
    await bid(evil, 5);
    await pass(ann);
    await shows(ann, '#sale-rows', '<img/src=x>');
    expect(await ann.locator('img').count()).toBe(0);
    expect(await misfits(ann)).toEqual([]);
    expect(auctioneer.auction.round).toBe(1);
    expect(ann.complaints()).toEqual([]);
  });
});

describe('a page', () => {
  it('that is loaded again, or opened again after it was closed, has its seat', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 2, secondsPerRound: 0 },
    });
    const { auction } = auctioneer;
    const ann = await visit(context, url);
    await joinAs(ann, 'ann');
    const bob = await visit(context, url);
    await joinAs(bob, 'bob');
    await bid(ann, 17);
    await shows(ann, '#words', 'You bid 17.');
    await ann.reload();
    await shows(ann, '#words', 'You bid 17. Waiting: 1 of 2');
    await pass(bob);
    await eventually(() => expect(auction.round).toBe(1));
    await bid(ann, 1);
    const visitor = ann.context();
    await ann.close();
    // A page that is closed says so.
    await eventually(() => expect(auctioneer.isPresent('ann')).toBe(false));
    const again = (await visitor.newPage()) as WatchedPage;
    await again.goto(url);
    await shows(again, '#words', 'You bid 1. Waiting: 1 of 2');
    await eventually(() => expect(auctioneer.isPresent('ann')).toBe(true));
    await shows(again, '#money', 'ann – 83 left');
  });

  it('that loses the network sends its bid again until it is there', async (context) => {
    const { auctioneer, page: url } = await openHall(
      { game: { bidders: 2, secondsPerRound: 0 } },
      { beat: 200 },
    );
    const ann = await visit(context, url);
    await joinAs(ann, 'ann');
    const bob = await visit(context, url);
    await joinAs(bob, 'bob');
    await mayBid(ann);
    await ann.context().setOffline(true);
    await bid(ann, 23);
    await shows(ann, '#bid-trouble', 'No answer: sending it again');
    expect(auctioneer.auction.answers.size).toBe(0);
    await ann.context().setOffline(false);
    await eventually(() => expect(auctioneer.auction.answers.get('ann')).toBe(23));
    await shows(ann, '#words', 'You bid 23.');
    await ann.locator('#bid-trouble').waitFor({ state: 'hidden' });
  });

  it('plays on when the auctioneer was killed and is back', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const journal = join(folder, 'game.jsonl');
    const port = await ownPort();
    const game = { bidders: 1, secondsPerRound: 0 };
    const first = await openHall({ journal, game }, { port });
    const ann = await visit(context, first.page);
    await joinAs(ann, 'ann');
    await bid(ann, 40);
    await shows(ann, '#money', 'ann – 60 left');
    await first.board.close();
    await first.auctioneer.close();
    await shows(ann, '#trouble', 'Connection lost: reconnecting');
    const second = await openHall({ journal, resume: true }, { port });
    await ann.locator('#trouble').waitFor({ state: 'hidden' });
    await bid(ann, 20);
    await shows(ann, '#money', 'ann – 40 left');
    expect(second.auctioneer.auction.round).toBe(2);
  });

  it('whose seat was given away while it slept joins again by itself', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 2 },
      times: { lobby: 50 },
    });
    const { auction } = auctioneer;
    const ann = await visit(context, url);
    await joinAs(ann, 'ann');
    await shows(ann, '#words', 'Waiting for 1 more');
    // As after half a minute of silence.
    const token = await ann.evaluate<string>(`JSON.parse(localStorage.seat).token`);
    const leave = Buffer.from(JSON.stringify({ type: 'leave', token }));
    await eventually(async () => {
      await auctioneer.askFromPage(leave, { host: '127.0.0.1', port: 1 });
      expect(auction.bidders.size).toBe(0);
    });
    let joined = 0;
    auctioneer.watch(({ type }) => {
      if (type === 'joined') joined += 1;
    });
    await ann.evaluate(`dispatchEvent(new Event('online'))`);
    await eventually(() => expect(joined).toBe(1));
    await shows(ann, '#words', 'Waiting for 1 more');
  });

  it('opens whatever stands behind the # of its address', async (context) => {
    const { page: url } = await openHall({ game: { bidders: 2 } });
    const ann = await visit(context, `${url}#%E0%A4%`);
    await joinAs(ann, 'ann');
    await shows(ann, '#words', 'Waiting for 1 more');
    expect(ann.complaints()).toEqual([]);
  });

  it('with the token of another game asks for a name, and knows the last one', async (context) => {
    const port = await ownPort();
    const first = await openHall({ code: 'K7RT', game: { bidders: 2 } }, { port });
    const ann = await visit(context, first.page);
    await joinAs(ann, 'ann', 'K7RT');
    await shows(ann, '#words', 'Waiting');
    await first.board.close();
    await first.auctioneer.close();
    await openHall({ game: { bidders: 1, secondsPerRound: 0 } }, { port });
    await ann.reload();
    await shows(ann, '#join-trouble', 'Your seat is gone');
    expect(await ann.getByLabel('Your name').inputValue()).toBe('ann');
    await joinAs(ann, 'ann');
    await mayBid(ann);
  });

  it('is one of several of the same bidder: they follow each other, and one may be closed', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 2, secondsPerRound: 0 },
    });
    const changes: boolean[] = [];
    auctioneer.onPresence((name, isHere) => {
      if (name === 'ann') changes.push(isHere);
    });
    const first = await visit(context, url);
    const second = (await first.context().newPage()) as WatchedPage;
    await second.goto(url);
    await joinAs(first, 'ann');
    await shows(second, '#words', 'Waiting for 1 more');
    const asked = second.waitForResponse((one) => one.url().endsWith('/seat'));
    await second.evaluate(`dispatchEvent(new Event('online'))`);
    await asked;
    const bob = await visit(context, url);
    await joinAs(bob, 'bob');
    await bid(second, 7);
    await shows(first, '#words', 'You bid 7. Waiting: 1 of 2');
    await first.close();
    await pass(bob);
    await bid(second, 8);
    await shows(second, '#words', 'You bid 8.');
    expect(changes).toEqual([true]);
    await second.close();
    await eventually(() => expect(changes).toEqual([true, false]));
  });

  it('leaves the table where its name was mistyped', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 2 },
      times: { lobby: 50 },
    });
    const ann = await visit(context, url);
    await joinAs(ann, 'anm');
    await ann.getByRole('button', { name: 'Leave the table' }).click();
    await eventually(() => expect(auctioneer.auction.bidders.size).toBe(0));
    await joinAs(ann, 'ann');
    await eventually(() =>
      expect([...auctioneer.auction.bidders.keys()]).toEqual(['ann']),
    );
  });
});

describe('everybody', () => {
  it.for(['light', 'dark'] as const)(
    'can play: axe finds no fault, and everything fits at 320 and 360 (%s)',
    async (colorScheme, context) => {
      const { page: url } = await openHall({
        code: 'K7RT',
        game: { bidders: 2, secondsPerRound: 60, budget: 1_000_000 },
      });
      const ann = await visit(context, url, { colorScheme });
      const bob = await visit(context, url, { colorScheme, width: 320 });
      const check = async (): Promise<void> => {
        for (const page of [ann, bob]) {
          expect(await faults(page)).toEqual([]);
          expect(await misfits(page)).toEqual([]);
        }
      };
      await ann.getByLabel('Your name').waitFor();
      await bob.getByLabel('Your name').waitFor();
      await check();
      await joinAs(ann, 'ann', 'K7RT');
      await shows(ann, '#words', 'Waiting for 1 more');
      await joinAs(bob, 'bob', 'K7RT');
      await mayBid(bob);
      await bid(ann, 123_456);
      await shows(ann, '#words', 'You bid 123,456.');
      await bob.getByLabel('Your bid').fill('x');
      await bob.getByRole('button', { name: 'Bid' }).click();
      await shows(bob, '#bid-trouble', 'A bid is');
      await check();
      await pass(bob);
      await shows(bob, '#sale-rows', 'ann');
      await mayBid(ann);
      await check();
      expect([...ann.complaints(), ...bob.complaints()]).toEqual([]);
    },
  );

  it('can play without a mouse, and hears what is on sale', async (context) => {
    const { auctioneer, page: url } = await openHall({
      game: { bidders: 1, secondsPerRound: 0, win: 'highest-value', items: 20 },
    });
    const { auction } = auctioneer;
    const page = await visit(context, url);
    await page.getByLabel('Your name').focus();
    await page.keyboard.type('ann');
    await page.keyboard.press('Enter');
    await mayBid(page);
    const focused = (): Promise<string> => page.evaluate('document.activeElement.id');
    await eventually(async () => expect(await focused()).toBe('stage-title'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('amount');
    for (const round of [0, 1, 2]) {
      await mayBid(page);
      const said = page.getByRole('status');
      const now = `On sale: ${itemOf(auction.items[round])}. You have ${100 - round}.`;
      await said.filter({ hasText: now }).waitFor({ state: 'attached' });
      // The place is kept from one round to the next.
      expect(await focused()).toBe('amount');
      await page.keyboard.type('1');
      await page.keyboard.press('Enter');
      await eventually(() => expect(auction.round).toBe(round + 1));
    }
    for (const name of ['You', 'Coming next', 'Last sales', 'On sale']) {
      await page.getByRole('region', { name }).waitFor();
    }
    expect(page.complaints()).toEqual([]);
  });
});
