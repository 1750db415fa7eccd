/** The player of the ladder's chapters, in a real browser and from disk. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sketchBook } from '../../../book/make.ts';
import { playerScripts } from '../../../book/player/bundle.ts';
import { SCENES } from '../../../book/player/scenes.ts';
import { arrowsSvg } from '../../../src/network/reliable/player/arrows.ts';
import { pictureSvg } from '../../../src/network/reliable/player/pictures.ts';
import { begin, reduce, type State } from '../../../src/network/reliable/player/state.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { inProcess } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'socketlab-player-'));
const CHAPTERS = Object.keys(SCENES);
const GO_BACK_N = '18-go-back-n';
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
let browser: Browser | undefined;

beforeAll(async () => {
  const opening = openBrowser();
  const { files } = sketchBook();
  for (const [rung, script] of await playerScripts())
    files.set(`assets/player-${rung}.js`, script);
  for (const [path, text] of files) {
    if (!/^(?:assets|lessons)\//.test(path)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  browser = await opening;
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (chapter: string, fragment = ''): string =>
  pathToFileURL(join(folder, 'lessons', `${chapter}.html`)).href + fragment;

const wordsOf = async (page: Page): Promise<string> =>
  (await page.textContent('.event')) ?? '';
const packet = (name: string): string => `.player [data-packet="${name}"]`;
const isLost = async (page: Page, name: string): Promise<boolean> =>
  ((await page.getAttribute(packet(name), 'class')) ?? '').includes('lost');

/** What the page says of the run, by its names. */
async function figures(page: Page): Promise<Record<string, string>> {
  const names = await page.locator('.figures dt').allTextContents();
  const values = await page.locator('.figures dd').allTextContents();
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
}

interface Json {
  messages: number;
  rungs: {
    ms: number;
    delivered: number;
    goodputBytesPerSecond: number;
    packets: { sentAgain: number; needless: number; acknowledgements: number };
  }[];
}

/** What the command says of the run, that the page has for it. */
async function commanded(page: Page): Promise<Record<string, string>> {
  const line = (await page.textContent('.command code')) ?? '';
  const [, words = ''] = line.split('socketlab -- ');
  const { code, stdout } = await inProcess(...words.split(' '), '--json');
  expect(code).toBe(0);
  const { messages, rungs } = JSON.parse(stdout) as Json;
  const { delivered, goodputBytesPerSecond, ms, packets } = rungs[0]!;
  return {
    delivered: `${delivered} of ${messages}`,
    'last delivery': `${+ms.toFixed(1)} ms`,
    goodput: `${(goodputBytesPerSecond / 1000).toFixed(1)} kB/s`,
    repeats: String(packets.sentAgain),
    needless: String(packets.needless),
    acknowledgements: String(packets.acknowledgements),
  };
}

describe.each(CHAPTERS)('the player of chapter %s', (chapter) => {
  it('plays the run that its command plays', async (context) => {
    const page = await openPage(context, browser, urlOf(chapter));
    expect(await figures(page)).toEqual(await commanded(page));
    await page.locator(`${packet('data3')} .grip`).dispatchEvent('click');
    expect(await isLost(page, 'data3')).toBe(true);
    await page.locator('[data-setting=loss]').fill('20');
    await page.locator('[data-setting=loss]').press('Enter');
    expect(await page.textContent('.command code')).toMatch(/--loss 20% .*data3/);
    expect(await figures(page)).toEqual(await commanded(page));
    expect(page.complaints()).toEqual([]);
  });

  it('draws beside the arrows what Node draws, at every moment and after an edit', async (context) => {
    const page = await openPage(context, browser, urlOf(chapter));
    const scene = SCENES[chapter]!;
    const edited = reduce(begin(scene), { type: 'toggle', packet: 'data1' });
    const compare = async ({ recorded, time }: State): Promise<void> => {
      for (const name of scene.pictures) {
        const svg = JSON.stringify(pictureSvg(name, recorded, time));
        const drawn = await page.evaluate<string>(
          `Object.assign(document.createElement('div'), { innerHTML: ${svg} }).innerHTML`,
        );
        expect(await page.innerHTML(`[data-picture=${name}]`)).toBe(drawn);
      }
      const clocks = arrowsSvg(recorded, '').match(/class="ring"/g)?.length ?? 0;
      expect(await page.locator('.picture .ring').count()).toBe(clocks);
    };
    await compare(begin(scene));
    await page.locator(`${packet('data1')} .grip`).dispatchEvent('click');
    await compare(edited);
    for (const share of [0, 0.4]) {
      const time = Math.round(edited.recorded.end * share);
      await page.locator('[name=time]').evaluate((slider: { value: string }, at) => {
        slider.value = String(at);
      }, time);
      await page.locator('[name=time]').dispatchEvent('input');
      await compare(reduce(edited, { type: 'seek', time }));
    }
    expect(page.complaints()).toEqual([]);
  });

  it('has no barriers, and room at 400 pixels', async (context) => {
    const page = await openPage(context, browser, urlOf(chapter), {
      width: 400,
      colorScheme: 'light',
    });
    await page.click('[data-do=back]');
    const room = 'document.documentElement.scrollWidth';
    expect(await page.evaluate(room)).toBe(400);
    await page.evaluate(axeSource);
    const barriers = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
      'axe.run(".player", { preload: false }).then((all) => all.violations)',
    );
    const found = barriers.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(found).toEqual([]);
    expect(page.complaints()).toEqual([]);
  });
});

describe('a packet is lost and saved', () => {
  it('by a pointer', async (context) => {
    const page = await openPage(context, browser, urlOf('17-stop-and-wait'));
    const { recorded } = begin(SCENES['17-stop-and-wait']!);
    expect(await isLost(page, 'data0')).toBe(false);
    await page.locator(`${packet('data0')} .grip`).click();
    expect(await isLost(page, 'data0')).toBe(true);
    expect((await figures(page))['last delivery']).not.toBe(
      `${recorded.run.time.toFixed(1)} ms`,
    );
    await page.locator(`${packet('data0')} .grip`).click();
    expect(await isLost(page, 'data0')).toBe(false);
    expect(page.complaints()).toEqual([]);
  });

  it('by a finger', async (context) => {
    const page = await openPage(context, browser, urlOf('17-stop-and-wait'), {
      width: 400,
      hasTouch: true,
    });
    await page.locator(`${packet('data0')} .grip`).tap();
    expect(await isLost(page, 'data0')).toBe(true);
    expect(page.complaints()).toEqual([]);
  });

  it('by the keyboard', async (context) => {
    const page = await openPage(context, browser, urlOf(GO_BACK_N));
    await page.focus('.player [data-packet][tabindex="0"]');
    const focused = 'document.activeElement.dataset.packet';
    expect(await page.evaluate(focused)).toBe('data0');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(focused)).toBe('data1');
    await page.keyboard.press('Enter');
    expect(await isLost(page, 'data1')).toBe(true);
    // It is drawn anew, and still has the focus.
    expect(await page.evaluate(focused)).toBe('data1');
    await page.keyboard.press('Space');
    expect(await isLost(page, 'data1')).toBe(false);
    expect(page.complaints()).toEqual([]);
  });

  it('while it is on its way', async (context) => {
    const page = await openPage(context, browser, urlOf('17-stop-and-wait'));
    // The first packet is halfway there.
    await page.locator('[name=time]').evaluate((slider: { value: string }) => {
      slider.value = '14';
    });
    await page.locator('[name=time]').dispatchEvent('input');
    await page.locator('[data-moving=data0] .dot').click();
    expect(await isLost(page, 'data0')).toBe(true);
    expect(await page.inputValue('[name=time]')).toBe('14');
    expect(page.complaints()).toEqual([]);
  });
});

describe('the player', () => {
  it('steps forward, and back to what was before', async (context) => {
    const page = await openPage(context, browser, urlOf(GO_BACK_N));
    await page.click('[data-do=back]');
    const before = await wordsOf(page);
    const rule = await page.textContent('.fired');
    await page.click('[data-do=back]');
    expect(await wordsOf(page)).not.toBe(before);
    await page.click('[data-do=forward]');
    expect(await wordsOf(page)).toBe(before);
    expect(await page.textContent('.fired')).toBe(rule);
    // The cell of the table, and the text of its rule.
    const name = await page.locator('[data-cell][aria-current]').innerText();
    expect(await page.locator('[data-rule]:visible pre').innerText()).toContain(
      `function ${name.trim()}(`,
    );
    expect(page.complaints()).toEqual([]);
  });

  it('keeps its edits in the address', async (context) => {
    const page = await openPage(context, browser, urlOf(GO_BACK_N));
    await page.locator(`${packet('ack4')} .grip`).dispatchEvent('click');
    await page.locator('[data-setting=window]').fill('6');
    await page.locator('[data-setting=window]').press('Enter');
    const told = await figures(page);
    expect(new URL(page.url()).hash).toBe('#player?window=6&lose=data2,ack4');
    await page.reload();
    expect(await figures(page)).toEqual(told);
    expect(await page.inputValue('[data-setting=window]')).toBe('6');
    await page.locator('[data-setting=window]').fill('100');
    await page.locator('[data-setting=window]').press('Enter');
    expect(await page.inputValue('[data-setting=window]')).toBe('16');
    await page.locator('[data-setting=window]').fill('');
    await page.locator('[data-setting=window]').press('Enter');
    expect(await page.inputValue('[data-setting=window]')).toBe('16');
    await page.click('[data-do=reset]');
    expect(new URL(page.url()).hash).toBe('');
    expect(page.complaints()).toEqual([]);
  });

  it('refuses an address that means nothing', async (context) => {
    const hostile = '#player?lose=<img src=x onerror=alert(1)>&window=4';
    const page = await openPage(context, browser, urlOf(GO_BACK_N, hostile));
    const usual = begin(SCENES[GO_BACK_N]!).recorded;
    expect(await page.isVisible('.refused')).toBe(true);
    expect(await figures(page)).toMatchObject({ repeats: String(usual.run.again) });
    expect(await page.locator('.player img').count()).toBe(0);
    expect(page.complaints()).toEqual([]);
  });

  it('shows event after event to those who want no motion', async (context) => {
    const page = await openPage(context, browser, urlOf(GO_BACK_N), {
      reducedMotion: 'reduce',
    });
    const { steps } = begin(SCENES[GO_BACK_N]!).recorded;
    const times = new Set(['0'].concat(steps.map(({ time }) => String(time))));
    await page.selectOption('[name=speed]', '4');
    await page.click('[data-do=play]');
    const seen = new Set<string>();
    await expect
      .poll(async () => {
        seen.add(await page.inputValue('[name=time]'));
        return seen.size;
      })
      .toBeGreaterThan(3);
    // Never between two events.
    expect([...seen].filter((time) => !times.has(time))).toEqual([]);
    await page.click('[data-do=play]');
    expect(page.complaints()).toEqual([]);
  });

  it('plays to the end, and stops there', async (context) => {
    const page = await openPage(context, browser, urlOf(GO_BACK_N));
    const spoken = (): Promise<string | null> => page.getAttribute('.event', 'aria-live');
    await page.selectOption('[name=speed]', '0.25');
    await page.click('[data-do=play]');
    expect(await page.textContent('[data-do=play]')).toBe('Pause');
    expect(await spoken()).toBe('off');
    await page.selectOption('[name=speed]', '4');
    await expect.poll(() => page.textContent('[data-do=play]')).toBe('Play');
    const [time, end] = await Promise.all(
      ['value', 'max'].map((name) =>
        page
          .locator('[name=time]')
          .evaluate((slider, key) => Reflect.get(slider, key), name),
      ),
    );
    expect(time).toBe(end);
    expect(await spoken()).toBe('polite');
    expect(page.complaints()).toEqual([]);
  });

  it('is a finished picture without a script, and on paper', async (context) => {
    const page = await openPage(context, browser, urlOf(GO_BACK_N), {
      javaScriptEnabled: false,
    });
    const { crossings } = begin(SCENES[GO_BACK_N]!).recorded;
    expect(await page.locator('.player .shaft').count()).toBe(crossings.length);
    for (const name of SCENES[GO_BACK_N]!.pictures)
      expect(await page.isVisible(`[data-picture=${name}] svg`)).toBe(true);
    expect(await page.isVisible('.run .legend .ring')).toBe(true);
    expect(await page.isVisible('.controls')).toBe(false);
    const scripted = await openPage(context, browser, urlOf(GO_BACK_N));
    await scripted.click('[data-do=back]');
    await scripted.emulateMedia({ media: 'print' });
    expect(await scripted.isVisible('.controls')).toBe(false);
    for (const veil of await scripted.locator('.present .veil').all())
      expect(await veil.isVisible()).toBe(false);
    for (const line of await scripted.locator('.player .shaft').all())
      expect(await line.isVisible()).toBe(true);
    const [whole, shown] = await Promise.all(
      ['scrollHeight', 'clientHeight'].map((name) =>
        scripted
          .locator('.picture')
          .evaluate((picture, key) => Reflect.get(picture, key), name),
      ),
    );
    expect(shown).toBe(whole);
    expect(scripted.complaints()).toEqual([]);
  });
});
