/** `socketlab compare` as people type it, and its page in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComparisonJson } from '../../../src/network/compare/index.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { inProcess } from '../../support/command-line.ts';
import { failure, IN_PEACE, Programs } from '../../support/programs.ts';

const programs = new Programs();
const folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
const QUICK = ['--messages', '40', '--every', '1ms', '--delay', '5ms', '--loss', '20%'];
const HOURS = ['--messages', '100000', '--every', '1s'];
const TITLES = { udp: 'UDP', tcp: 'TCP, bare', framed: 'TCP, framed' } as const;
type Lane = ComparisonJson['lanes'][number];
/** In a table one figure after the point, unless there is something below it. */
const tenths = (value: number): string =>
  value > 0 && value < 0.1 ? String(value) : value.toFixed(1);
const ms = (time: number | undefined): string =>
  time === undefined ? '–' : `${tenths(time)} ms`;
const guessed = ({ modelled }: Lane, text: string | number): string =>
  modelled ? `~ ${text}` : String(text);

/** The rows of the page's table, and where their numbers stand in the JSON. */
const ROWS: Record<string, (lane: Lane) => string> = {
  'messages sent': ({ sent }) => String(sent),
  delivered: ({ delivered }) => String(delivered),
  lost: ({ lost }) => String(lost),
  duplicated: ({ duplicated }) => String(duplicated),
  'out of order': ({ outOfOrder }) => String(outOfOrder),
  corrupted: ({ corrupted }) => String(corrupted),
  'receive calls': ({ events }) => String(events),
  'that held one message': ({ boundariesKept }) => String(boundariesKept),
  'latency: p50': ({ latencyMs }) => ms(latencyMs?.p50),
  p90: ({ latencyMs }) => ms(latencyMs?.p90),
  p99: ({ latencyMs }) => ms(latencyMs?.p99),
  'waited for an earlier one': ({ blocked }) => String(blocked!.messages),
  'for at most': ({ blocked }) => ms(blocked!.messages ? blocked!.longestMs : undefined),
  'packets, both ways': (lane) => guessed(lane, lane.wire!.packets),
  'of which sent again': (lane) => guessed(lane, lane.wire!.retransmitted),
  'of which acknowledgements': (lane) => guessed(lane, lane.wire!.acknowledgements),
  'bytes for each message': (lane) => guessed(lane, tenths(lane.wire!.bytesPerMessage)),
  'before the first message': (lane) => guessed(lane, ms(lane.setUp.ms)),
};

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
    expect(stdout).toMatch(/\d+ had arrived and waited [\d.]+ ms for \d+/);
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
      options: { messages: 40, everyMs: 1, size: 100, link: 'loss=20%,delay=5ms,seed=1' },
      lanes: [
        { lane: 'udp', sent: 40 },
        { lane: 'framed', delivered: 40 },
      ],
    });
    expect(Object.keys(json.lanes[0]!.latencyMs!)).toEqual(['p50', 'p90', 'p99', 'max']);
  });

  it('computes the same figures at every run in virtual time', async () => {
    const claim = ['--assert', 'udp.latencyMs.p99==82.4', '--json'];
    const first = await inProcess('compare', '--virtual', ...claim);
    expect(first).toMatchObject({ code: 0, stderr: 'udp.latencyMs.p99==82.4 holds\n' });
    expect(await inProcess('compare', '--virtual', ...claim)).toEqual(first);
    expect(await inProcess('compare', '--virtual', '--link', 'kernel')).toMatchObject({
      code: 2,
    });
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

  it('writes a page in which every number is that of the JSON', async (context) => {
    const file = join(folder, 'report.html');
    const args = [...QUICK, '--dup', '10%', '--reorder', '10%', '--json'];
    const program = programs.cli('compare', ...args, '--report', file);
    expect(await program.ended()).toEqual(IN_PEACE);
    const json = JSON.parse(program.stdout) as ComparisonJson;
    const page = await openPage(context, browser, pathToFileURL(file).href, {
      width: 400,
    });
    const rows = await page
      .locator('tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.children].map(({ textContent }) => textContent)),
      );
    expect(rows).toEqual(
      Object.entries(ROWS).map(([name, of]) => [name].concat(json.lanes.map(of))),
    );
    const { everyMs, link, messages, size } = json.options;
    expect(await page.locator('p').first().textContent()).toMatch(
      new RegExp(
        `^Each lane sent ${messages} messages of ${size} bytes, one every ${everyMs} ms\\. .* ${link}\\.$`,
        's',
      ),
    );
    const [luck, command] = await page.locator('code').allTextContents();
    expect(luck).toBe(link);
    expect(command).toContain(`compare ${args.join(' ')} --report `);
    expect(command).toContain(file);

    // The strip has a cell for each packet, and as many are lost as the UDP lane lost.
    const [udp] = json.lanes;
    const strip = page.getByRole('img', { name: `The fates of ${messages} packets` });
    expect(await strip.locator('rect').count()).toBe(messages);
    expect(await strip.locator('rect.lost').count()).toBe(udp!.lost);
    const curves = page.getByRole('img', { name: 'Latency of the messages' });
    for (const { blocked, delivered, lane, sent } of json.lanes) {
      const share = Math.round((100 * delivered) / sent);
      expect(await curves.locator(`text.${lane}`).textContent()).toBe(
        `${TITLES[lane]}: ${share} % arrived`,
      );
      const pane = page.getByRole('img', {
        name: `${TITLES[lane]}: messages from sender`,
      });
      expect(await pane.locator('line.message').count()).toBe(delivered);
      // A cross has three strokes. What is lost a first time is the same in every lane.
      expect(await pane.locator('line.lost').count()).toBe(3 * udp!.lost);
      expect(await pane.locator('line.waited').count()).toBe(blocked!.messages);
    }
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
    // A lane of these would take hours.
    ['a claim about no figure', [...HOURS, '--assert', 'udp.lots==1'], 'mean lost?'],
    ['a claim about no lane', [...HOURS, '--assert', 'frame.lost==1'], 'mean framed?'],
    [
      'a claim about no lane of these',
      [...HOURS, '--lanes', 'udp,tcp', '--assert', 'framed.lost==1'],
      'only udp, tcp',
    ],
    [
      'two kinds of fate',
      ['--loss', '10%', '--replay', 'x'],
      'leave out the options of a link',
    ],
    ['a record that is not there', ['--replay', 'nowhere.jsonl'], 'nowhere.jsonl'],
    ['a page in no folder', ['--report', 'no/such/r.html'], 'no/such. Check the name'],
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
