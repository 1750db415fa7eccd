/** The board as seen from the last row: in a real browser, through whole games. */
import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  type Server,
  type Socket,
} from 'node:net';
import type { Browser } from 'playwright-core';
import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  it,
  type TestContext,
} from 'vitest';
import type { Board, BoardOptions } from '../../../src/auction/board/board.ts';
import { openBoard } from '../../../src/auction/board/board-server.ts';
import {
  openBrowser,
  openPage,
  type PageOptions,
  type WatchedPage,
} from '../../support/browser.ts';
import { type AuctionOptions, worth } from '../../../src/auction/index.ts';
import { SeededGame } from '../../support/board.ts';
import { ownPort } from '../../support/sockets.ts';

const PROJECTOR = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 844 };

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
let boards: Board[] = [];
afterEach(async () => {
  await Promise.all(boards.map((board) => board.close()));
  boards = [];
});

async function open(options: BoardOptions = {}): Promise<Board> {
  const board = await openBoard(options);
  boards.push(board);
  return board;
}

async function look(
  context: TestContext,
  board: Board,
  options: PageOptions = PROJECTOR,
): Promise<WatchedPage> {
  return openPage(context, browser, board.url, { reducedMotion: 'reduce', ...options });
}

/** Waits until the element shows this text, and perhaps more. */
async function shows(page: WatchedPage, selector: string, words: string): Promise<void> {
  await page.locator(selector, { hasText: words }).first().waitFor();
}

/** What the page says, without what it hides. */
function textOf(page: WatchedPage, selector: string): Promise<string> {
  return page.locator(selector).innerText();
}

const rows = (page: WatchedPage): Promise<string[]> =>
  page.locator('.row .name').allInnerTexts();

describe('a game on the board', () => {
  it('is shown from the first who joins to the winner, and bids stay sealed', async (context) => {
    const board = await open({ join: { where: '10.1.2.3:50018', code: 'KLEE42' } });
    const page = await look(context, board);
    await shows(page, '#stage', 'Waiting for the auctioneer');
    await shows(page, '#stage', '10.1.2.3:50018');

    const game = new SeededGame(['ann', 'bob', 'cid'], { budget: 1e9, seed: 'three' });
    game.showOn(board);
    await shows(page, '#stage-title', 'Join the auction');
    await shows(page, '.code', 'KLEE42');
    await shows(page, '.how-many', '0 of 3 have joined');
    game.join(['ann', 'bob']);
    await shows(page, '.how-many', '2 of 3 have joined');
    expect(await rows(page)).toEqual(['ann', 'bob']);
    expect(await page.title()).toBe('Join – Auction');

    game.join(['cid']);
    await shows(page, '#stage-title', 'On sale');
    expect(await page.locator('.address').count()).toBe(0);
    const { auction } = game;
    const secrets: string[] = [];
    while (auction.phase === 'bidding') {
      const { round } = auction;
      const item = auction.items[round]!.replace('_', ' ');
      await shows(page, '#round', `item ${round + 1} of 200`);
      await shows(page, '.item', item);
      const pictures = await page.locator('#coming .picture').all();
      const coming = await Promise.all(
        pictures.map((picture) => picture.getAttribute('aria-label')),
      );
      expect(coming).toEqual(
        auction.items.slice(round + 1, round + 11).map((kind) => kind.replace('_', ' ')),
      );
      // Amounts that nothing else on the page can be mistaken for.
      const amounts = [1, 2, 3].map(
        (seat) => 70_000_000 + round * 654_321 + seat * 12_347,
      );
      const order = round % 2 === 0 ? ['ann', 'bob', 'cid'] : ['cid', 'bob', 'ann'];
      for (const [index, name] of order.entries()) {
        const amount = amounts[index]!;
        if (index < 2) secrets.push(String(amount), amount.toLocaleString('en'));
        game.table.submit({ type: 'bid', round, name, amount });
        if (index === 2) break;
        await shows(page, '.how-many', `${index + 1} of 3 have answered`);
        expect(await page.locator('.tick.on').count()).toBe(index + 1);
        const all = await page.content();
        for (const secret of secrets) expect(all).not.toContain(secret);
      }
      if (auction.phase !== 'bidding') break;
      const price = amounts[2]!.toLocaleString('en', {
        notation: 'compact',
        maximumFractionDigits: 1,
      });
      await shows(page, '#last-sale', `${order[2]} bought`);
      expect(await textOf(page, '#last-sale')).toContain(`${item} for ${price}`);
      expect(await page.locator('#chart .mark').count()).toBe(round + 1);
    }

    await shows(page, '#stage-title', 'The game is over');
    expect(await textOf(page, '.winner')).toBe(auction.winner);
    const won = auction.items[auction.round - 1]!.replace('_', ' ');
    expect(await textOf(page, '#stage')).toContain(`with 3 × ${won}`);
    expect(await page.locator('.purchases li').count()).toBe(3);
    expect(await page.locator('#chart .ring').count()).toBe(3);
    expect((await rows(page))[0]).toBe(auction.winner);
    expect(await page.locator('.row.won .badge').innerText()).toBe('winner');
    expect(await page.title()).toBe(`${auction.winner} has won – Auction`);
    const all = await page.content();
    for (const secret of secrets) expect(all).not.toContain(secret);
    expect(page.complaints()).toEqual([]);
  });

  it('agrees with the rules about money and collections', async (context) => {
    const board = await open();
    const game = new SeededGame(['ann', 'bob', 'cid', 'dan'], { seed: 'agree' });
    game.showOn(board);
    const page = await look(context, board);
    game.join().playTo(6);
    await shows(page, '#round', 'item 7');
    const shown = [];
    for (const row of await page.locator('.row').all()) {
      const chips = await row.locator('.chip').all();
      shown.push({
        name: await row.locator('.name').innerText(),
        money: Number(await row.locator('.number').innerText()),
        owned: await Promise.all(chips.map((chip) => chip.getAttribute('title'))),
      });
    }
    const { kinds } = game.auction.options;
    const expected = [...game.auction.bidders.values()].map(({ name, money, owned }) => ({
      name,
      money,
      owned: kinds.map((kind) => `${kind.replace('_', ' ')}: ${owned[kind] ?? 0} of 3`),
    }));
    const byName = (a: { name: string }, b: { name: string }): number =>
      a.name.localeCompare(b.name);
    expect(shown.sort(byName)).toEqual(expected.sort(byName));
  });

  it('of worth says by how much it was won', async (context) => {
    const board = await open();
    const game = new SeededGame(['ann', 'bob'], {
      win: 'highest-value',
      values: { Picasso: 5 },
      items: 9,
      seed: 'worth',
    });
    game.showOn(board);
    const page = await look(context, board);
    game.join().playTo(Infinity);
    await shows(page, '.winner', game.auction.winner!);
    const { options, bidders } = game.auction;
    const most = worth(bidders.get(game.auction.winner!)!.owned, options);
    expect(await textOf(page, '#stage')).toContain(`a collection worth ${most}`);
    expect(await textOf(page, '#kinds')).toContain('Picasso = 5');
    expect(page.complaints()).toEqual([]);
  });

  it('without a winner says so, and a secret order stays one', async (context) => {
    const board = await open();
    const game = new SeededGame(['ann', 'bob'], { items: 2, order: 'secret' });
    game.showOn(board);
    const page = await look(context, board);
    game.join();
    await shows(page, '#coming', 'Secret in this game');
    expect(await page.locator('#coming .picture').count()).toBe(0);
    game.table.submit({ type: 'forfeit', round: 0 });
    await shows(page, '#last-sale', 'nobody wanted');
    expect(await page.locator('#chart .unsold').count()).toBe(1);
    game.playTo(Infinity);
    await shows(page, '#stage', 'Nobody has won');
    expect(page.complaints()).toEqual([]);
  });

  it('is told to those who only hear it', async (context) => {
    const board = await open();
    const game = new SeededGame(['ann', 'bob', 'cid'], { seed: 'heard' });
    game.showOn(board);
    const page = await look(context, board);
    game.join().playTo(1);
    const status = page.getByRole('status');
    await status.filter({ hasText: 'bought' }).waitFor({ state: 'attached' });
    expect(await status.getAttribute('aria-live')).toBe('polite');
    game.playTo(Infinity);
    await status
      .filter({ hasText: `${game.auction.winner} has won.` })
      .waitFor({ state: 'attached' });
    for (const region of ['Standings', 'Prices', 'The game is over']) {
      await page.getByRole('region', { name: region }).waitFor();
    }
    await page.getByRole('main').waitFor();
    await page.getByRole('img', { name: /^Prices of items 1 to / }).waitFor();
  });
});

/** What lies between a browser and a board: pulled out, it swallows everything in silence. */
class Cable {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  #isOut = false;

  private constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#ends.add(one);
        one.on('error', () => {});
        one.on('data', (bytes) => {
          if (!this.#isOut) other.write(bytes);
        });
        one.on('close', () => other.destroy());
      }
    });
  }

  static async between(board: Board): Promise<Cable> {
    const cable = new Cable(board.address.port);
    cable.#server.listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  pull(): void {
    this.#isOut = true;
  }
  plugIn(): void {
    this.#isOut = false;
  }
  close(): void {
    this.#server.close();
    for (const end of this.#ends) end.destroy();
  }
}

describe('a lost connection', () => {
  it('is shown, and the page recovers when the server is there again', async (context) => {
    const first = await open({ beat: 200, port: await ownPort() });
    const game = new SeededGame(['ann', 'bob', 'cid'], { seed: 'lost', countToWin: 6 });
    const stop = game.showOn(first);
    const page = await look(context, first);
    game.join().playTo(2);
    await shows(page, '#round', 'item 3');
    const before = await textOf(page, '#standings');
    stop();
    await first.close();
    await shows(page, '#trouble', 'Connection lost: reconnecting');
    // What was known stays to be read.
    expect(await textOf(page, '#standings')).toBe(before);

    game.playTo(4);
    const second = await open({ port: first.address.port });
    game.showOn(second);
    await shows(page, '#round', 'item 5');
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    game.playTo(Infinity);
    await shows(page, '.winner', game.auction.winner!);
  });

  it('is noticed when the server says nothing any more', async (context) => {
    const board = await open({ beat: 100 });
    new SeededGame(['ann', 'bob']).join().showOn(board);
    const cable = await Cable.between(board);
    context.onTestFinished(() => cable.close());
    const page = await openPage(context, browser, cable.url);
    await shows(page, '#stage-title', 'On sale');
    cable.pull();
    await shows(page, '#trouble', 'Connection lost: reconnecting');
    cable.plugIn();
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    expect(page.complaints()).toEqual([]);
  });

  it('of the auctioneer is shown, too', async (context) => {
    const board = await open();
    new SeededGame(['ann', 'bob']).join().showOn(board);
    const page = await look(context, board);
    await shows(page, '#stage-title', 'On sale');
    board.hears(false);
    await shows(page, '#trouble', 'Lost the auctioneer');
    expect(await page.locator('#time-left').isVisible()).toBe(false);
    board.hears(true);
    await shows(page, '#time-left', 's left');
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    expect(page.complaints()).toEqual([]);
  });

  it('for want of room ends when there is room', async (context) => {
    const board = await open({ mostReaders: 1 });
    new SeededGame(['ann', 'bob']).join().showOn(board);
    const lucky = await look(context, board);
    await shows(lucky, '#stage-title', 'On sale');
    const late = await look(context, board);
    await shows(late, '#trouble', 'reconnecting');
    expect(await textOf(late, '#stage-title')).toBe('ONE MOMENT');
    await lucky.close();
    await shows(late, '#stage-title', 'On sale');
    await late.locator('#trouble').waitFor({ state: 'hidden' });
  });
});

describe('names', () => {
  const hostile = [
    '<img/src=x>',
    '<b>bold</b>',
    '&lt;amp&gt;',
    '"onload=alert(1)',
    'אבגדה',
    'ز'.repeat(32),
    'W'.repeat(32),
    `X${'\u0301'.repeat(31)}`,
    '__proto__',
    'constructor',
  ];

  it('are text, whatever they look like, and keep to their place', async (context) => {
    const board = await open();
    const game = new SeededGame(hostile, { seed: 'names' });
    game.showOn(board);
    const page = await look(context, board);
    game.join().playTo(5);
    await shows(page, '#round', 'item 6');
    expect((await rows(page)).sort()).toEqual([...hostile].sort());
    expect(await page.locator('img, b').count()).toBe(0);
    const styles = await page.evaluate<string[]>(`
      [...document.querySelectorAll('.row .name')].map(getComputedStyle)
        .map(({ overflow, unicodeBidi }) => overflow + ' ' + unicodeBidi)
    `);
    expect(new Set(styles)).toEqual(new Set(['hidden isolate']));
    expect(await misfits(page)).toEqual([]);
    expect(page.complaints()).toEqual([]);
  });
});

/**
 * Parts of the page that reach out of the window, or out of their own panel. As text: the
 * types of a page's world are none of this project's.
 */
function misfits(page: WatchedPage): Promise<string[]> {
  return page.evaluate(`(() => {
    const found = [];
    const { scrollHeight, scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push('the page is ' + scrollWidth + ' wide');
    if (innerWidth >= 1000 && scrollHeight > innerHeight) {
      found.push('the page is ' + scrollHeight + ' high');
    }
    for (const panel of document.querySelectorAll('section:not([hidden])')) {
      const room = panel.getBoundingClientRect();
      for (const part of panel.querySelectorAll('*')) {
        const box = part.getBoundingClientRect();
        if (part.closest('.hidden, bdi') || box.width === 0 || box.height === 0) continue;
        if (
          box.left < room.left - 1 ||
          box.right > room.right + 1 ||
          box.top < room.top - 1 ||
          box.bottom > room.bottom + 1
        ) {
          found.push(panel.id + ': ' + part.outerHTML.slice(0, 90));
        }
      }
    }
    const stage = document.querySelector('#stage-content');
    if (stage.scrollHeight > stage.clientHeight + 1) found.push('the stage is too full');
    return found;
  })()`);
}

describe('the room on the screen', () => {
  it('is enough for the names of those who are away, in a class of thirty', async (context) => {
    const names = Array.from({ length: 30 }, (_, index) => `phone-${index + 1}`);
    const board = await open();
    new SeededGame(names).join().showOn(board);
    board.present('phone-10', false);
    const page = await look(context, board, { width: 1280, height: 720 });
    const row = page.locator('.who', { hasText: 'phone-10' });
    await row.locator('.away').waitFor();
    expect(
      await row.locator('.name').evaluate((one) => one.scrollWidth - one.clientWidth),
    ).toBeLessThanOrEqual(0);
  });

  const crowd = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `bidder-${index + 1}`);
  const long = [
    'W'.repeat(32),
    `X${'\u0301'.repeat(31)}`,
    'Wolfgang_Amadeus_Mozart',
    'x',
  ];

  it.for<[string, readonly string[], Partial<AuctionOptions>, PageOptions]>([
    ['2 bidders', crowd(2), {}, PROJECTOR],
    ['7 bidders', crowd(7), {}, PROJECTOR],
    ['8 bidders', crowd(8), {}, PROJECTOR],
    ['12 bidders', crowd(12), {}, PROJECTOR],
    ['13 bidders', crowd(13), {}, PROJECTOR],
    ['40 bidders', crowd(40), {}, PROJECTOR],
    ['300 bidders', crowd(300), {}, PROJECTOR],
    ['40 bidders', crowd(40), {}, { width: 1280, height: 720 }],
    ['5 bidders', crowd(5), {}, { width: 1024, height: 768 }],
    ['5 bidders', crowd(5), {}, { width: 1000, height: 560 }],
    ['3 bidders', crowd(3), {}, { width: 3840, height: 2160 }],
    ['long names', long, {}, PROJECTOR],
    ['long names', long, {}, PHONE],
    ['40 bidders', crowd(40), {}, PHONE],
    ['300 bidders', crowd(300), {}, PHONE],
    ['rich bidders', crowd(20), { budget: 9e14 }, PROJECTOR],
    [
      'worth',
      crowd(20),
      { win: 'highest-value', items: 60, values: { Picasso: 9999 } },
      PROJECTOR,
    ],
    [
      'worth',
      crowd(3),
      { win: 'highest-value', items: 60, values: { Picasso: 9999 } },
      PHONE,
    ],
    ['many kinds', crowd(9), { kinds: crowd(12), countToWin: 2 }, PROJECTOR],
    ['long kinds', crowd(9), { kinds: ['K'.repeat(32), 'k'.repeat(32)] }, PHONE],
    ['long kinds', crowd(30), { kinds: ['K'.repeat(32), 'k'.repeat(32)] }, PROJECTOR],
  ])('is enough for %s, in every stage', async ([, names, given, size], context) => {
    const where = 'auction.informatics.university.example';
    const command = `npm run -s socketlab -- auction bid NAME --host ${where} --code KLEE42`;
    const board = await open({
      join: { where: `${where}:50018`, code: 'KLEE42', command },
      // The first screen is the fullest where people can play on phones.
      host: '0.0.0.0',
      reachableAt: where,
      seats: () => Promise.resolve(undefined),
    });
    const game = new SeededGame(names, { seed: 'room', countToWin: 4, ...given });
    game.showOn(board);
    const page = await look(context, board, size);
    await shows(page, '#stage-title', 'Join the auction');
    await page.locator('.qr').waitFor();
    expect(await misfits(page)).toEqual([]);
    game.join(names.slice(0, -1));
    await shows(page, '.how-many', `${names.length - 1} of`);
    expect(await misfits(page)).toEqual([]);
    game.join(names.slice(-1)).playTo(4).answer(names.slice(0, 1));
    await shows(page, '.how-many', '1 of');
    await shows(page, '#round', 'item 5');
    expect(await misfits(page)).toEqual([]);
    game.playTo(Infinity);
    await shows(page, '#stage-title', 'The game is over');
    expect(await misfits(page)).toEqual([]);
    expect(page.complaints()).toEqual([]);
  });
});

describe('the colours', () => {
  it('follow the system, and the button, which stays pressed', async (context) => {
    const board = await open();
    const dark = await look(context, board, { ...PROJECTOR, colorScheme: 'dark' });
    const light = await look(context, board, { ...PROJECTOR, colorScheme: 'light' });
    const ground = (page: WatchedPage): Promise<string> =>
      page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const [night, day] = [await ground(dark), await ground(light)];
    expect(night).not.toBe(day);
    await light.getByRole('button', { name: 'Light or dark' }).click();
    expect(await ground(light)).toBe(night);
    await light.reload();
    expect(await ground(light)).toBe(night);
    await dark.getByRole('button', { name: 'Light or dark' }).click();
    expect(await ground(dark)).toBe(day);
    expect([...light.complaints(), ...dark.complaints()]).toEqual([]);
  });

  it.for(['light', 'dark'] as const)(
    'can be told apart from what they stand on (%s)',
    async (colorScheme, context) => {
      const board = await open();
      const game = new SeededGame(['ann', 'bob', 'cid'], {
        kinds: ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'],
        countToWin: 2,
      });
      game.showOn(board);
      const page = await look(context, board, { ...PROJECTOR, colorScheme });
      game.join().playTo(4).answer(['ann']);
      await shows(page, '#round', 'item 5');
      // WCAG 2.2: text 4.5 to 1 (1.4.3), and what is not text but says something 3 to 1 (1.4.11).
      const low = await page.evaluate<string[]>(`(() => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
        const pen = canvas.getContext('2d', { willReadFrequently: true });
        const luminance = (colour) => {
          pen.clearRect(0, 0, 1, 1);
          pen.fillStyle = colour;
          pen.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ratio = (one, other) => {
          const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
          return (light + 0.05) / (dark + 0.05);
        };
        const behind = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const { backgroundColor } = getComputedStyle(at);
            if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
          }
        };
        const found = [];
        const check = (what, one, other, least) => {
          const value = ratio(one, other);
          if (value < least) found.push(what + ' ' + one + ' on ' + other + ': ' + value);
        };
        for (const element of document.querySelectorAll('body *:not(svg, svg *)')) {
          const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
          if (texts.length === 0 || element.closest('.hidden, [hidden], noscript')) continue;
          check(element.className || element.tagName, getComputedStyle(element).color, behind(element), 4.5);
        }
        for (const mark of document.querySelectorAll('#kinds .mark')) {
          const fill = getComputedStyle(mark.querySelector('path')).fill;
          check('mark', fill, behind(mark.closest('section')), 3);
          check('letter', getComputedStyle(mark.querySelector('text')).fill, fill, 4.5);
        }
        const fill = getComputedStyle(document.querySelector('.purse .fill')).backgroundColor;
        check('money', getComputedStyle(document.querySelector('.number')).color, fill, 4.5);
        return found;
      })()`);
      expect(low).toEqual([]);
    },
  );
});
