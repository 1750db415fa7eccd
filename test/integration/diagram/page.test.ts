/** The page of a diagram in a real browser, opened from a file, as if a friend had sent it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { drawDiagram } from '../../../src/trace/diagram/index.ts';
import type { JoinedTrace } from '../../../src/trace/index.ts';
import {
  openBrowser,
  openPage,
  type PageOptions,
  type WatchedPage,
} from '../../support/browser.ts';
import {
  address,
  payload,
  sample,
  SAMPLES,
  Writing,
} from '../../unit/trace/diagram/traces.ts';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 400, height: 800 };

const folder = mkdtempSync(join(tmpdir(), 'diagram-page-'));
let browser: Browser | undefined;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
async function open(
  context: TestContext,
  trace: JoinedTrace,
  options: PageOptions = DESK,
): Promise<WatchedPage> {
  const { text } = await drawDiagram(trace, { format: 'html', title: 'test.jsonl' });
  const file = join(folder, `${(files += 1)}.html`);
  writeFileSync(file, text);
  return openPage(context, browser, pathToFileURL(file).href, options);
}

/** What the joined trace says was delivered. */
function deliveries({ connections, flows }: JoinedTrace): number {
  const pieces = connections.flatMap(({ directions }) =>
    directions.flatMap((direction) => direction.pieces),
  );
  const datagrams = flows.flatMap((flow) => flow.datagrams);
  return (
    pieces.filter(({ fate }) => fate === 'delivered').length +
    datagrams
      .filter(({ fate }) => fate === 'delivered')
      .reduce((sum, { arrivals }) => sum + arrivals.length, 0)
  );
}

const DELIVERED = '.diagram a.arrow.data[data-fate="delivered"]:visible';

/** Labels as the browser has set them: each pair that lies over one another. */
async function touchingLabels(page: WatchedPage): Promise<string[]> {
  return page.locator('.diagram text').evaluateAll((all) => {
    const texts = all
      .map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }))
      .filter(({ words, box }) => words !== '?' && box.width > 0);
    const found: string[] = [];
    for (const [place, a] of texts.entries()) {
      for (const b of texts.slice(place + 1)) {
        const across =
          Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const down =
          Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        // Letters are a little higher than the line that they stand in.
        if (across > 0.5 && down > 4) found.push(`${a.words} and ${b.words}`);
      }
    }
    return found;
  });
}

/** Heads at one height whose columns are one, or that reach into another's. */
async function sharedColumns(heads: Locator): Promise<string[]> {
  return heads.evaluateAll((all) => {
    const found: string[] = [];
    const boxes = all.map((head) => ({
      words: head.textContent,
      box: head.getBoundingClientRect(),
    }));
    for (const [place, a] of boxes.entries()) {
      for (const b of boxes.slice(place + 1)) {
        const row = Math.abs(a.box.top - b.box.top) < a.box.height / 2;
        const apart = a.box.right <= b.box.left || b.box.right <= a.box.left;
        if (row && !apart) found.push(`${a.words} and ${b.words}`);
      }
    }
    return found;
  });
}

/** Five programs with long names, all of which send to one. */
function crowd(): JoinedTrace {
  const writing = new Writing();
  const server = writing.process(0, 'the-server-of-all-the-others');
  const socket = writing.bound(server, 10, 12_000);
  for (let k = 1; k <= 5; k += 1) {
    const client = writing.process(k, `a-client-with-a-long-name-${k}`);
    writing.bound(client, 20 + k, 40_000 + k);
    const what = payload(`message ${k}`);
    const t = 100 + k * 10;
    writing.event(client, t, 'send', { socket, ...what, to: address(12_000) });
    const from = address(40_000 + k);
    writing.event(server, t + 5, 'receive', { socket, ...what, from });
  }
  return writing.joined();
}

describe.each([
  ['a desk', DESK],
  ['a phone', PHONE],
])('the page on %s', (_, size) => {
  it.for(SAMPLES)('of %s has an arrow for every delivery', async (name, context) => {
    const trace = sample(name);
    const page = await open(context, trace, size);
    expect(await page.locator(DELIVERED).count()).toBe(deliveries(trace));
    expect(await touchingLabels(page)).toEqual([]);
    expect(page.complaints()).toEqual([]);
  });

  it('has no two heads in one column, however many there are', async (context) => {
    const page = await open(context, crowd(), size);
    const heads = page.locator('.diagram .lane text.name:visible');
    const rooms = page.locator('.diagram .group text:visible');
    expect(await heads.count()).toBeGreaterThan(3);
    expect(await rooms.count()).toBeGreaterThan(1);
    for (const texts of [heads, rooms]) expect(await sharedColumns(texts)).toEqual([]);
    expect(await touchingLabels(page)).toEqual([]);
  });

  it('does not need to be scrolled sideways as a whole', async (context) => {
    const page = await open(context, sample('untraced-server'), size);
    const width = await page.locator('html').evaluate((html) => html.scrollWidth);
    expect(width).toBeLessThanOrEqual(size.width);
  });
});

describe('the page', () => {
  it('shows what an arrow carried, when the pointer is on it', async (context) => {
    const page = await open(context, sample('udp-uppercase'));
    const panel = page.locator('#panel');
    await page.locator('.wide .way .hit').first().hover({ force: true });
    const told = await panel.innerText();
    expect(told).toContain('client:1 → server:1: 17 B in 251 µs');
    expect(told).toContain('"my name is Ståle"');
    expect(told).toMatch(/socket\.send\(…\)[^]*sendto\(data, address\)/);
    expect(told).toContain('examples/01-udp-uppercase/client.ts:28');
    expect(told).toContain('clientSocket.send(Buffer.from(sentence), port, host');
    expect(told).toMatch(/'message'[^]*recvfrom\(bufsize\)/);
    await page.mouse.move(0, 0);
    expect(await panel.innerText()).toContain('Point at an arrow');
    expect(page.complaints()).toEqual([]);
  });

  it('shows a line below its arrow, and the label of another above it', async (context) => {
    const page = await open(context, sample('tcp-boundaries'));
    await page.locator('.wide .arrow text', { hasText: '8–19' }).hover();
    expect(await page.locator('#panel .about').innerText()).toContain('bytes 8–19');
  });

  it('can be gone through with the keyboard', async (context) => {
    const page = await open(context, sample('udp-uppercase'));
    const about = page.locator('#panel .about');
    await page.locator('#show').focus();
    await page.keyboard.press('Tab'); // past "How to read it"
    for (const told of ['server:1: socket', 'server:1: bind 127.0.0.1:12000']) {
      await page.keyboard.press('Tab');
      expect(await about.innerText()).toBe(told);
    }
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
    expect(await about.innerText()).toContain('client:1 → server:1');
    await page.keyboard.press('ArrowDown');
    expect(await about.innerText()).toContain('server:1 → client:1');
    await page.keyboard.press('ArrowUp');
    expect(await about.innerText()).toContain('client:1 → server:1');
    await page.keyboard.press('Escape');
    expect(await page.locator('#panel').innerText()).toContain('Point at an arrow');
    expect(page.complaints()).toEqual([]);
  });

  it('shows on a phone what is tapped, without covering it', async (context) => {
    const page = await open(context, sample('tcp-uppercase'), PHONE);
    const panel = page.locator('#panel');
    expect(await panel.isVisible()).toBe(false);
    const label = page.locator('.narrow .arrow.fin text').last();
    await label.click();
    expect(await panel.locator('.about').innerText()).toContain(
      'nothing comes after this',
    );
    const [arrow, sheet] = [(await label.boundingBox())!, (await panel.boundingBox())!];
    expect(arrow.y + arrow.height).toBeLessThanOrEqual(sheet.y);
    await page.locator('#close').click();
    expect(await panel.isVisible()).toBe(false);
    expect(page.complaints()).toEqual([]);
  });

  it('can show one talk alone, or what one socket had to do with', async (context) => {
    const page = await open(context, sample('untraced-server'));
    const shown = (): Promise<string[]> =>
      page
        .locator('.wide a.arrow:not(.off)')
        .evaluateAll((arrows) =>
          arrows.map((arrow) => arrow.getAttribute('data-kind') ?? ''),
        );
    expect(await shown()).toHaveLength(9);
    const choices = await page.locator('#show option').allInnerTexts();
    const choice = choices.find((text) => text.startsWith('UDP: client:2'))!;
    await page.locator('#show').selectOption(choice);
    expect(await shown()).toEqual(['datagram', 'datagram']);
    expect(await page.locator('#shown').innerText()).toBe('2 of 9 arrows');
    const listed = await page.locator('.events li:visible').allInnerTexts();
    expect(listed).toHaveLength(6);
    expect(listed.slice(0, 5).every((text) => text.includes('client:2'))).toBe(true);
    expect(listed[5]).toContain('exit 0');

    const socket = choices.find((text) => text.startsWith('client:3'))!;
    await page.locator('#show').selectOption(socket);
    expect(await shown()).toEqual(['handshake', 'rst']);
    await page.locator('#show').selectOption('everything');
    expect(await shown()).toHaveLength(9);
    expect(await page.locator('#shown').innerText()).toBe('');
    expect(page.complaints()).toEqual([]);
  });

  it('leads from an arrow to its event in the list, without its script', async (context) => {
    const page = await open(context, sample('udp-uppercase'));
    const href = await page.locator('.wide a.arrow').first().getAttribute('href');
    const item = page.locator(`.events li${href}`);
    expect(await item.innerText()).toContain('send 17 B');
  });

  it('is dark where that is asked for, and never on paper', async (context) => {
    const brightness = async (page: WatchedPage): Promise<number> =>
      page.locator('html').evaluate((html) => {
        const style = html.ownerDocument.defaultView!.getComputedStyle(html);
        return Number(/\d+/.exec(style.backgroundColor)![0]);
      });
    const light = await open(context, sample('udp-uppercase'));
    expect(await brightness(light)).toBeGreaterThan(200);
    const dark = await open(context, sample('udp-uppercase'), {
      ...DESK,
      colorScheme: 'dark',
    });
    expect(await brightness(dark)).toBeLessThan(60);
    await dark.emulateMedia({ media: 'print' });
    expect(await brightness(dark)).toBeGreaterThan(200);
    expect(await dark.locator('#panel').isVisible()).toBe(false);
    expect(await dark.locator('.wide svg').isVisible()).toBe(true);
    expect(await dark.locator('.narrow svg').isVisible()).toBe(false);
  });

  it('does nothing that was sent to it', async (context) => {
    const evil = [
      '<script>document.title="evil"</script>',
      '</script><script>document.title="evil"</script>',
      '<img src=x onerror="document.title=\'evil\'">',
      '"><svg onload="document.title=\'evil\'">',
      'javascript:document.title="evil"',
      '\u202eevil\u0000\ud800',
    ];
    const writing = new Writing([evil[0]!]);
    const sender = writing.process(0, evil[2]!);
    const receiver = writing.process(0, evil[3]!);
    const socket = writing.bound(sender, 10, 40_000);
    writing.bound(receiver, 11, 12_000);
    for (const [place, text] of evil.entries()) {
      const at = { file: text, line: place };
      const [t, what] = [100 + place * 10, payload(text)];
      writing.event(sender, t, 'send', { socket, ...what, at, to: address(12_000) });
      writing.event(receiver, t + 5, 'receive', {
        socket,
        ...what,
        from: address(40_000),
      });
      writing.source(text, place, text);
    }
    const page = await open(context, writing.joined());
    const labels = page.locator('.wide .arrow .back');
    for (let place = 0; place < evil.length; place += 1) {
      await labels.nth(place).hover({ force: true });
      expect(await page.locator('#panel .bytes').first().innerText()).not.toBe('');
    }
    expect(await page.title()).toBe('test.jsonl – socketlab diagram');
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
    expect(page.complaints()).toEqual([]);
  });
});
