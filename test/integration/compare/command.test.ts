/** `socketlab compare` as people type it, and its page in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComparisonJson } from '../../../src/compare/index.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { inProcess } from '../../support/command-line.ts';
import { failure, IN_PEACE, Programs } from '../../support/programs.ts';

const programs = new Programs();
const folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
const QUICK = ['--messages', '40', '--every', '1ms', '--delay', '5ms', '--loss', '20%'];
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

describe('socketlab compare', () => {
  it('shows a table in which UDP has lost what TCP has not', async () => {
    const { stdout, ...end } = await inProcess('compare', ...QUICK, '--seed', '7');
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain('40 messages of 100 bytes, one every 1 ms');
    expect(stdout).toMatch(/^ lost +[1-9]\d* +0 +0$/m);
    expect(stdout).toMatch(/\d+ was there and waited [\d.]+ ms for \d+/);
    const widest = Math.max(...stdout.split('\n').map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(100);
  });

  it('tells programs the same as JSON, and judges claims', async () => {
    const claims = ['--assert', 'framed.lost==0', '--assert', 'udp.delivered<40'];
    const lanes = ['--lanes', 'udp,framed', '--json'];
    const { stdout, ...end } = await inProcess('compare', ...QUICK, ...lanes, ...claims);
    expect(end).toMatchObject({
      code: 0,
      stderr: 'framed.lost==0 holds\nudp.delivered<40 holds\n',
    });
    const json = JSON.parse(stdout) as ComparisonJson;
    expect(json).toMatchObject({
      version: 1,
      options: { messages: 40, everyMs: 1, size: 100, link: 'loss=20%,delay=5ms' },
      lanes: [
        { lane: 'udp', sent: 40 },
        { lane: 'framed', delivered: 40 },
      ],
    });
    expect(Object.keys(json.lanes[0]!.latencyMs!)).toEqual(['p50', 'p90', 'p99', 'max']);
  });

  it('ends with exit status 1 when a claim is wrong', async () => {
    const claim = ['--lanes', 'tcp', '--assert', 'tcp.lost==3'];
    const { code, stderr } = await inProcess('compare', ...QUICK, ...claim);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'tcp.lost==3 is wrong: it is 0\n',
    });
  });

  it('replays fates from a file', async () => {
    const file = join(folder, 'fates.jsonl');
    const lines = [
      { socketlab: 'fates', version: 1, link: 'delay=1ms' },
      { direction: 'there', k: 2, lost: true },
      { direction: 'there', k: 5, copies: [0] },
    ];
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const claims = ['--assert', 'udp.lost==1', '--assert', 'udp.duplicated==1'];
    const few = ['--messages', '9', '--every', '1ms', '--lanes', 'udp'];
    const end = await inProcess('compare', '--replay', file, ...few, ...claims);
    expect(end.code).toBe(0);
  });

  it('writes a page that tells the same in a browser', async (context) => {
    const file = join(folder, 'report.html');
    const program = programs.cli('compare', ...QUICK, '--json', '--report', file);
    expect(await program.ended()).toEqual(IN_PEACE);
    const { lanes } = JSON.parse(program.stdout) as ComparisonJson;
    const page = await openPage(context, browser, pathToFileURL(file).href, {
      width: 400,
    });
    const cells = page.locator('tbody tr').nth(2).locator('td');
    expect(await cells.allTextContents()).toEqual(lanes.map(({ lost }) => String(lost)));
    // The strip has a cell for each packet, and as many are lost as the UDP lane lost.
    const strip = page.getByRole('img', { name: 'The fates of 40 packets' });
    expect(await strip.locator('rect').count()).toBe(40);
    expect(await strip.locator('rect.lost').count()).toBe(lanes[0]!.lost);
    const udp = page.getByRole('img', { name: 'UDP: messages from sender' });
    expect(await udp.locator('line.message').count()).toBe(lanes[0]!.delivered);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(400);
    expect(page.complaints()).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/https?:|<script/);
  });

  it.each<[string, string[], string]>([
    ['no share', ['--loss', '10'], 'loss'],
    ['no time', ['--every', '10'], '10ms'],
    ['no lane', ['--lanes', 'udp,sctp'], 'sctp'],
    ['no claim', ['--assert', 'udp.lost'], 'udp.lost==10'],
    ['a claim about nothing', [...QUICK, '--assert', 'udp.losses==1'], 'lost'],
    ['two kinds of fate', ['--loss', '10%', '--replay', 'x'], 'choose one'],
    ['a record that is not there', ['--replay', 'nowhere.jsonl'], 'nowhere.jsonl'],
    ['a page in no folder', ['--report', 'no/such/r.html'], 'no/such/r.html (ENOENT)'],
    ['what only streams suffer', ['--cut', '100'], 'cut'],
  ])('is one line and exit status 2: %s', async (_, args, help) => {
    expect(await inProcess('compare', ...args)).toMatchObject(failure(2, help));
  });

  it('ends with Ctrl-C in the middle', async () => {
    const program = programs.cli('compare', '--messages', '5000');
    await program.printed('5000 messages');
    program.signal('SIGINT');
    expect(await program.ended()).toEqual({ code: 130, signal: null, stderr: '' });
  });
});
