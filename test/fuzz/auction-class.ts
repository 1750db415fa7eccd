/**
 * A class plays the auction: thirty bidders at once, with everything that goes wrong in a room.
 * Only the end is asserted; the captures are for people to look at.
 *
 *   npm run play:class -- FOLDER       needs Chromium, tmux, Python with pyzmq; some two minutes
 *
 *   10 phones    pages in Chromium; one leaves in the lobby, one sleeps, one floods
 *   10 bots      `auction bid --bot`, over TCP, UDP, ZeroMQ, the lecture's words
 *   5 programs   auction-class.py in the lecture's words, over TCP and ZeroMQ; one bids words,
 *                one floods
 *   5 hands      `auction bid` with somebody who types
 *
 * The lecturer sits at a terminal of 80 columns and types the commands. After the fifth round
 * the auctioneer is killed, and resumed.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { freePort } from '../../src/common/process/index.ts';
import { compile } from '../support/compile.ts';
import { compiledFrom, ROOT } from '../support/places.ts';
import { processes } from '../support/processes.ts';

const CODE = 'K7RTQX';
const SEATS = 30;
const CLI = compiledFrom('src/cli/main.ts');
const out = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'auction-class-'));
const work = mkdtempSync(join(tmpdir(), 'auction-class-'));
const journal = join(work, 'game.jsonl');

interface Line {
  type: string;
  name?: string;
  round?: number;
  winner?: string;
}

/** What has happened, as the journal has it. */
function past(): Line[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Line);
}
const isOver = (): boolean => past().some(({ type }) => type === 'over');
const round = (): number => past().filter(({ type }) => type === 'opened').length;

async function until(
  is: () => boolean | Promise<boolean>,
  what: string,
  most = 2400,
): Promise<void> {
  for (let time = 0; time < most; time += 1) {
    if (await is()) return;
    await pause(100);
  }
  throw new Error(`it never happened: ${what}`);
}

/* The lecturer. */

const session = `class${process.pid}`;
const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', session, ...args], { encoding: 'utf8' });
const screen = (): string =>
  tmux('capture-pane', '-p', '-J', '-S', '-2000', '-t', session);
const types = (line: string): string => tmux('send-keys', '-t', session, line, 'Enter');

function sitDown(): void {
  const env = ['-e', `CLI=${CLI}`];
  const shell = 'bash --norc --noprofile';
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    '80',
    '-y',
    '45',
    ...env,
    '-s',
    session,
    shell,
  );
  types(`PS1='$ '; socketlab() { node "$CLI" "$@"; }; clear; tmux clear-history`);
}

/** The auctioneer's process: the shell's only child. */
function auctioneer(): number {
  const shell = Number(tmux('display-message', '-p', '-t', session, '#{pane_pid}'));
  return processes().find(({ parent }) => parent === shell)!.pid;
}

/* The class. */

const children = new Set<ChildProcess>();
let closing = false;

function start(
  command: string,
  args: readonly string[],
): ChildProcess & { text: string } {
  const child = Object.assign(spawn(command, args, { cwd: ROOT }), { text: '' });
  children.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (child.text += text));
  }
  child.on('close', () => children.delete(child));
  child.stdin.on('error', () => {});
  return child;
}

const told = new Map<string, ChildProcess & { text: string }>();

function bidder(
  name: string,
  port: number,
  ...more: string[]
): ChildProcess & { text: string } {
  const args = [
    CLI,
    'auction',
    'bid',
    name,
    '--port',
    String(port),
    '--code',
    CODE,
    ...more,
  ];
  const child = start(process.execPath, args);
  told.set(name, child);
  return child;
}

function hand(name: string, port: number): void {
  const child = bidder(name, port);
  let asked = 0;
  const look = setInterval(() => {
    const questions = child.text.split('your bid (0 to ').length - 1;
    if (questions === asked) return;
    asked = questions;
    const money = Number(/your bid \(0 to (\d+)(?![^]*your bid)/.exec(child.text)?.[1]);
    const bid =
      Math.random() < 0.2 ? '' : String(Math.floor(Math.random() * money * 0.5));
    setTimeout(() => child.stdin!.write(`${bid}\n`), 300 + Math.random() * 900);
  }, 50);
  child.on('close', () => clearInterval(look));
}

/** A student starts a program that has ended again, as by arrow up and Enter. */
function program(name: string, port: number, over: string, manner: string): void {
  const script = join(ROOT, 'test/fuzz/auction-class.py');
  const child = start('/usr/bin/python3', [
    script,
    over,
    String(port),
    `${CODE}-${name}`,
    manner,
  ]);
  child.on('close', (code) => {
    told.set(name, child);
    if (code !== 0 && !closing && !isOver())
      setTimeout(() => program(name, port, over, manner), 1500);
  });
}

interface Phone {
  name: string;
  page: Page;
  asleep: boolean;
}

async function phone(browser: Browser, url: string, name: string): Promise<Phone> {
  const visitor = await browser.newContext({ viewport: { width: 360, height: 740 } });
  visitor.setDefaultTimeout(240_000);
  const page = await visitor.newPage();
  await page.goto(url);
  return { name, page, asleep: false };
}

async function joins({ page, name }: Phone, code?: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  if (code !== undefined) await page.getByLabel('Join code').fill(code);
  await page.getByRole('button', { name: 'Join' }).click();
}

async function plays(one: Phone): Promise<void> {
  const { page } = one;
  const amount = page.getByLabel('Your bid');
  for (;;) {
    await page
      .locator('#bid:not(.off) #send:visible, #stage-title:text("The game is over")')
      .first()
      .waitFor();
    if ((await page.locator('#stage-title').textContent()) === 'The game is over') return;
    if (one.asleep) {
      await pause(200);
      continue;
    }
    await pause(200 + Math.random() * 600);
    const money = Number(
      /([\d,]+) left/.exec((await page.locator('#money').textContent()) ?? '')?.[1],
    );
    await amount.fill(String(Math.floor(Math.random() * money * 0.5)));
    await page.getByRole('button', { name: 'Bid', exact: true }).click();
  }
}

/* What is looked at. */

let board: Page;
let taken = 0;
async function capture(name: string, ...phones: Phone[]): Promise<void> {
  taken += 1;
  const file = (kind: string): string =>
    join(out, `${String(taken).padStart(2, '0')}-${name}${kind}`);
  writeFileSync(file('.txt'), screen());
  await board.screenshot({ path: file('-board.png') });
  for (const { name: who, page } of phones)
    await page.screenshot({ path: file(`-${who}.png`) });
  console.log(`round ${round()}: ${name}`);
}

async function play(browser: Browser): Promise<void> {
  const port = await freePort(20_500);
  const boardPort = await freePort(21_500);
  const where = `--host 0.0.0.0 --port ${port} --board ${boardPort} --journal ${journal}`;
  sitDown();
  types(
    `socketlab auction serve --bidders ${SEATS} --deadline 15 --code ${CODE} ${where}`,
  );
  await until(() => screen().includes('journal:'), 'the doors open');
  const page = /as on a phone:\s+(http:\S+)/.exec(screen())![1]!;
  const tall = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    reducedMotion: 'reduce',
  });
  board = await tall.newPage();
  await board.goto(`http://127.0.0.1:${boardPort}/`);
  const phones: Phone[] = [];
  for (let k = 1; k <= 10; k += 1) phones.push(await phone(browser, page, `phone-${k}`));
  const [first, second, sleeper, flooder, leaver] = phones as [
    Phone,
    Phone,
    Phone,
    Phone,
    Phone,
  ];
  await board.locator('.qr').waitFor();
  await capture('open', first);

  // Mistakes at the door: the code, the name, a name that is taken.
  await joins(first, CODE);
  await joins(second, 'WRONG1');
  await pause(500);
  await capture('wrong-code', second);
  await joins({ ...second, name: 'two words' }, CODE);
  await joins({ ...second, name: 'phone-1' }, CODE);
  await pause(500);
  await capture('name-taken', second);
  for (const one of phones.slice(1)) await joins(one, CODE);
  for (let k = 1; k <= 5; k += 1) hand(`hand-${k}`, port);
  await until(
    () => past().filter(({ type }) => type === 'joined').length >= 15,
    'half the class',
  );
  // One has mistyped its name and leaves the table; another one just closes the page.
  await leaver.page.getByRole('button', { name: 'Leave the table' }).click();
  await capture('one-leaves-in-the-lobby', first, leaver);
  await until(() => past().some(({ type }) => type === 'freed'), 'the seat is free');
  await capture('its-seat-is-free', first);
  for (const [k, over] of [
    'tcp',
    'tcp',
    'tcp',
    'tcp',
    'udp',
    'udp',
    'udp',
    'zeromq',
    'zeromq',
    'lecture',
  ].entries()) {
    const bots = ['patient', 'target', 'random', 'blocker', 'expected-value'];
    bidder(`bot-${k + 1}`, port, '--bot', bots[k % 5]!, '--over', over);
  }
  program('py-1', port, 'tcp', 'usual');
  program('py-2', port, 'zeromq', 'usual');
  program('py-3', port, 'tcp', 'words');
  program('py-4', port, 'zeromq', 'words');
  program('py-5', port, 'tcp', 'flood');
  const seated = (): number => past().filter(({ type }) => type === 'joined').length - 1;
  await until(() => seated() === SEATS - 1, 'all but one');
  await capture('all-but-one', first);
  await joins(leaver, CODE);
  const games = phones.map((one) => plays(one));
  const all = Promise.all(games);
  all.catch(() => {});
  await until(() => round() > 0, 'the game begins');
  await capture('the-game-begins', first);

  await until(() => round() > 2, 'two rounds');
  await capture('words', first);
  // As a phone in a pocket: its scripts stand still, and it is out of the network.
  sleeper.asleep = true;
  const sleep = await sleeper.page.context().newCDPSession(sleeper.page);
  await sleeper.page.context().setOffline(true);
  await sleep.send('Page.setWebLifecycleState', { state: 'frozen' });
  await flooder.page.evaluate(`(() => {
    const { token } = JSON.parse(localStorage.seat);
    const body = (message) => JSON.stringify({ ...message, token });
    const post = (message) => fetch('seat', { method: 'POST', headers: { 'content-type': 'application/json' }, body: body(message) });
    const end = Date.now() + 20000;
    for (let k = 0; k < 30; k += 1) (async () => {
      while (Date.now() < end) {
        await post({ type: 'bid', round: 0, amount: k }).catch(() => {});
        await post({ type: 'join', version: 1, name: 'flood-' + k }).catch(() => {});
      }
    })();
  })()`);
  await until(() => round() > 4, 'four rounds');
  await capture('one-sleeps-one-floods', first, flooder);
  await until(() => screen().includes('phone-3 has left'), 'the sleeper is away');
  await capture('the-sleeper-is-away', first);

  process.kill(auctioneer(), 'SIGKILL');
  await board.locator('#trouble:visible').waitFor();
  await pause(500);
  await capture('killed', first);
  const before = past();
  types(`socketlab auction serve --resume ${where}`);
  await pause(1500);
  await capture('resumed', first);
  const kept = past().slice(0, before.length);
  if (JSON.stringify(kept) !== JSON.stringify(before))
    throw new Error('the journal has changed');
  const then = round();
  await until(() => round() > then + 1 || isOver(), 'it goes on');
  await capture('it-goes-on', first);
  await sleep.send('Page.setWebLifecycleState', { state: 'active' });
  await sleeper.page.context().setOffline(false);
  sleeper.asleep = false;
  await until(
    () => /phone-3\b.* (?:is|are) back/.test(screen()) || isOver(),
    'the sleeper is awake',
  );
  await capture('the-sleeper-is-back', sleeper);
  await until(isOver, 'the end');
  await all;
  await pause(1000);
  await capture('the-end', first, sleeper);

  const winner = past().find(({ type }) => type === 'over')?.winner;
  console.log(`${round()} rounds, and ${winner} has won`);
  for (const { name, page: its } of phones) {
    const words = await its.locator('#words').textContent();
    const expected = winner === name ? 'You have won!' : `${winner} has won.`;
    if (words !== expected) console.log(`${name} says: ${words}`);
  }
  for (const [name, { exitCode }] of told) {
    await until(
      () => exitCode !== null || told.get(name)!.exitCode !== null,
      `the end of ${name}`,
      300,
    );
  }
  for (const [name, { exitCode, text }] of told) {
    writeFileSync(join(out, `${name}.log`), text);
    if (exitCode !== 0)
      console.log(`${name} has ended with ${exitCode}: ${text.slice(-200)}`);
  }
}

mkdirSync(out, { recursive: true });
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
await compile();
const browser = await chromium.launch({ executablePath });
try {
  await play(browser);
} catch (error) {
  console.error(error);
  writeFileSync(join(out, 'failed.txt'), screen());
  for (const [name, { text }] of told) writeFileSync(join(out, `${name}.log`), text);
  process.exitCode = 1;
} finally {
  closing = true;
  for (const child of children) child.kill('SIGKILL');
  tmux('kill-server');
  await browser.close();
  writeFileSync(join(out, 'game.jsonl'), readFileSync(journal));
  rmSync(work, { recursive: true, force: true });
  console.log(`captures: ${out}`);
}
