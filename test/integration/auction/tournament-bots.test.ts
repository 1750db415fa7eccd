/** Bots in files and programs: what they may do wrong, and that it affects nobody else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  Auction,
  auctionOptions,
  type BidderView,
  type Bot,
  type BotDecision,
  type OpenBotOptions,
} from '../../../src/auction/index.ts';
import { needPython } from '../../support/peers.ts';
import { compiledModule } from '../../support/places.ts';
import { PATIENCE } from '../../support/eventually.ts';

// Compiled: each bot is a process.
const { openBot, openBots, playTournament } =
  await compiledModule<typeof import('../../../src/auction/index.ts')>(
    'src/auction/index.ts',
  );

let folder: string;
const opened: Bot[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab bots-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((bot) => bot.close()));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A file in a folder with a space in its name. */
function file(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

/** A busy machine makes nobody's bot a slow one. */
const SLOW = { timeLimit: PATIENCE };

async function open(spec: string, options: OpenBotOptions = {}): Promise<Bot> {
  const bot = await openBot(spec, { ...SLOW, ...options });
  opened.push(bot);
  return bot;
}

/** The first round of the lecture's own game, as ann sees it. */
function view(): BidderView {
  const auction = new Auction(auctionOptions());
  for (const name of ['ann', 'bob', 'cid']) {
    for (const event of auction.decide({ type: 'join', name }).events!)
      auction.apply(event);
  }
  return auction.ledger.view('ann')!;
}

const bidOf = (amount: number): BotDecision => ({ type: 'bid', amount });

describe('a file', () => {
  it.each([
    ['named.mjs', 'export const determineBid = (view) => view.me.money - 93;'],
    ['default.mjs', 'export default function (view) { return view.bidders.length + 4; }'],
    ['async.mjs', 'export async function determineBid() { return 7; }'],
    ['common.cjs', 'exports.determineBid = () => 7;'],
    ['whole.cjs', 'module.exports = () => 7;'],
    ['both.mjs', 'const determineBid = () => 7; export default { determineBid };'],
    [
      'typed.ts',
      "import { seven } from './seven.ts';\n" +
        'export function determineBid(view: { round: number }): number {\n' +
        '  return view.round + seven;\n}',
    ],
    ['default.ts', 'export default (view: { round: number }): number => view.round + 7;'],
  ])('%s bids', async (name, source) => {
    file('seven.ts', 'export const seven: number = 7;');
    const bot = await open(file(name, source));
    expect(await bot.decide(view())).toEqual(bidOf(7));
    expect('decideNow' in bot).toBe(false);
  });

  it('passes with null, and with nothing', async () => {
    const source =
      'export const determineBid = (view) => (view.round ? undefined : null);';
    const bot = await open(file('pass.mjs', source));
    expect(await bot.decide(view())).toEqual({ type: 'pass' });
    expect(await bot.decide({ ...view(), round: 1 })).toEqual({ type: 'pass' });
  });

  it('gets all that a bidder may know, and a copy of it', async () => {
    const seen = join(folder, 'seen.json');
    const source = `import { writeFileSync } from 'node:fs';
      export const determineBid = (view) => {
        writeFileSync(${JSON.stringify(seen)}, JSON.stringify(view));
        view.me.money = 1e6;
        view.items.length = 0;
        return view.me === view.bidders[0] ? 1 : 2;
      };`;
    const bot = await open(file('sees.mjs', source));
    const given = view();
    expect(await bot.decide(given)).toEqual(bidOf(1));
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(given);
    expect(given).toEqual(view());
  });

  it('keeps what it remembers from one decision to the next', async () => {
    const source = 'let asked = 0; export const determineBid = () => (asked += 1);';
    const bot = await open(file('remembers.mjs', source));
    const decisions = await Promise.all([1, 2, 3].map(() => bot.decide(view())));
    expect(decisions).toEqual([bidOf(1), bidOf(2), bidOf(3)]);
  });

  it.each([
    [
      'an error',
      'throw new TypeError("no\\nsuch thing")',
      'threw',
      'threw TypeError: no such thing (bad.mjs:2)',
    ],
    [
      'a promise that rejects',
      'return Promise.reject(new Error("later"))',
      'threw',
      'threw Error: later',
    ],
    [
      'what is no error',
      'throw { get message() { throw 1 } }',
      'threw',
      'threw an object',
    ],
    ['NaN', 'return NaN', 'invalid', 'answered NaN'],
    ['text', 'return "12"', 'nonsense', 'answered "12", which is not a number'],
    ['less than nothing', 'return -1', 'invalid', 'answered -1'],
    [
      'more than it has',
      'return 101',
      'invalid',
      'bid 101, which is more than the 100 that it has',
    ],
    ['far too much', 'return 1e300', 'invalid', 'answered 1e+300'],
    ['a fraction', 'return 0.5', 'invalid', 'answered 0.5'],
    ['an object', 'return { bid: 3 }', 'nonsense', 'answered an object'],
    ['what cannot be copied', 'return () => 3', 'nonsense', 'answered a function'],
    [
      'a lie about its answer',
      'process.send({ type: "failed", words: {} }); return 3',
      'nonsense',
      'said an object',
    ],
  ])('that answers with %s loses that bid, and goes on', async (_, body, kind, words) => {
    const source = `let asked = 0; export function determineBid(view) {
      if ((asked += 1) === 1) { ${body}; }
      return asked;
    }`;
    const bot = await open(file('bad.mjs', source));
    expect(await bot.decide(view())).toEqual({
      type: 'fault',
      kind,
      words: expect.stringContaining(words) as string,
    });
    // The same process: it has counted.
    const next = await bot.decide(view());
    expect(next.type).toBe('bid');
  });

  it.each([
    [
      'never answers',
      'return new Promise(() => {})',
      'hung',
      'gave no answer within 3000 ms',
    ],
    ['is in an endless loop', 'for (;;) {}', 'hung', 'gave no answer within 3000 ms'],
    ['ends its process', 'process.exit(3)', 'gone', 'ended itself with exit status 3'],
    [
      'throws when nobody listens',
      'setTimeout(() => { throw new Error("late") }); return new Promise(() => {})',
      'threw',
      'threw outside of a decision: Error: late (once.mjs:5)',
    ],
    [
      'forgets to catch',
      'Promise.reject(new Error("lost")); return new Promise(() => {})',
      'threw',
      'threw outside of a decision: Error: lost (once.mjs:5)',
    ],
  ])('that %s loses that bid, and is started anew', async (_, body, kind, words) => {
    const marker = join(folder, 'once');
    rmSync(marker, { force: true });
    const source = `import { existsSync, writeFileSync } from 'node:fs';
      export function determineBid() {
        if (existsSync(${JSON.stringify(marker)})) return 5;
        writeFileSync(${JSON.stringify(marker)}, '');
        ${body};
      }`;
    const limit = kind === 'hung' ? { timeLimit: 3000 } : {};
    const bot = await open(file('once.mjs', source), limit);
    expect(await bot.decide(view())).toEqual({ type: 'fault', kind, words });
    expect(await bot.decide(view())).toEqual(bidOf(5));
  });

  it('that eats memory without end is stopped at its limit', async () => {
    const source = `const eaten = [];
      export function determineBid() { for (;;) eaten.push(new Array(1000).fill({})); }`;
    const bot = await open(file('hog.mjs', source), {
      memoryLimit: 32,
    });
    expect(await bot.decide(view())).toEqual({
      type: 'fault',
      kind: 'gone',
      words: 'used more than 32 MiB of memory',
    });
  });

  it('that dies again and again is given up on, with its last words', async () => {
    const bot = await open(file('dies.mjs', 'export default () => process.exit(1);'), {
      restarts: 2,
    });
    const words: string[] = [];
    for (let time = 0; time < 5; time += 1) {
      const decision = await bot.decide(view());
      if (decision.type === 'fault') words.push(decision.words);
    }
    const death = 'ended itself with exit status 1';
    const goodbye = `failed too often; the last time it ${death}`;
    expect(words).toEqual([death, death, death, goodbye, goodbye]);
  });

  it('prints where it is told to, and nowhere else', async () => {
    const source = `console.log('out'); console.error('err');
      export const determineBid = () => { process.stdout.write('more'); return 1; };`;
    let printed = '';
    const bot = await open(file('prints.mjs', source), {
      onPrint: (text) => {
        printed += text;
      },
    });
    await bot.decide(view());
    await expect.poll(() => printed, { timeout: PATIENCE }).toContain('more');
    expect(printed).toContain('out\n');
    expect(printed).toContain('err\n');
  });

  it.each([
    [
      'syntax.mjs',
      'export function determineBid( { return 1',
      'cannot be loaded: SyntaxError',
    ],
    ['syntax.ts', 'export function determineBid( { return 1', 'cannot be loaded'],
    [
      'throws.mjs',
      '\nthrow new Error("at once")',
      'cannot be loaded: Error: at once (throws.mjs:2)',
    ],
    ['import.mjs', "import './nowhere.mjs';", 'cannot be loaded'],
    [
      'other.mjs',
      'export const bid = () => 1;',
      'exports bid, but no function determineBid(view)',
    ],
    [
      'value.mjs',
      'export const determineBid = 3;',
      'exports determineBid, but no function',
    ],
    ['empty.mjs', '', 'exports nothing, but no function determineBid(view)'],
    ['exits.mjs', 'process.exit(0)', 'ended itself with exit status 0'],
    ['loops.mjs', 'for (;;) {}', 'was not ready within 1500 ms'],
  ])('%s is refused before the game', async (name, source, words) => {
    const path = file(name, source);
    const opening = open(path, { startLimit: name === 'loops.mjs' ? 1500 : undefined });
    await expect(opening).rejects.toThrow(`${path} ${words}`);
  });

  it('is not waited for any more when it is closed, or its opening given up', async () => {
    const bot = await open(file('hangs.mjs', 'export default () => { for (;;) {} }'));
    const deciding = bot.decide(view());
    await bot.close();
    const closed = { type: 'fault', kind: 'gone', words: 'has been closed' };
    expect(await deciding).toEqual(closed);
    expect(await bot.decide(view())).toEqual(closed);
    const controller = new AbortController();
    const opening = open(file('slow.mjs', 'for (;;) {}'), { signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toThrow('has been closed');
  });
});

/** A Python program that answers each line with what `answer` makes of the view `v`. */
function pythonBot(name: string, answer: string, before = ''): string {
  const body = answer.replaceAll('\n', '\n    ');
  const source = `import json, os, sys\n${before}\nfor line in sys.stdin:\n    v = json.loads(line)\n    ${body}\n`;
  return file(name, source);
}

function exec(python: string, path: string): string {
  return `exec:"${python}" "${path}"`;
}

const SAY = 'print(json.dumps({"bid": 7}), flush=True)';

describe('a program', () => {
  it('bids in lines of JSON, and sees what the others see', async (context) => {
    const python = needPython(context);
    const seen = join(folder, 'seen-by-python.json');
    const answer = `open(${JSON.stringify(seen)}, "w").write(line)\n${SAY}`;
    const bot = await open(exec(python, pythonBot('ann.py', answer)));
    expect(bot.name).toBe('ann');
    expect(await bot.decide(view())).toEqual(bidOf(7));
    const { sales, ...rest } = view();
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual({
      version: 1,
      sales,
      ...rest,
    });
  });

  it('is told null for the buyer of what nobody bought', async (context) => {
    const python = needPython(context);
    const answer =
      'print(json.dumps({"bid": [s["name"] for s in v["sales"]] == [None] or None}), flush=True)';
    const bot = await open(exec(python, pythonBot('sales.py', answer)));
    const sales = [{ item: 'Picasso', name: undefined, price: 0 }];
    expect(await bot.decide({ ...view(), sales })).toMatchObject({
      words: 'answered true, which is not a number',
    });
    expect(await bot.decide(view())).toEqual({ type: 'pass' });
  });

  it.for([
    ['text', 'print(json.dumps({"bid": "7"}), flush=True)', 'nonsense', 'answered "7"'],
    ['too much', 'print(json.dumps({"bid": 700}), flush=True)', 'invalid', 'bid 700'],
    ['no JSON', 'print("seven", flush=True)', 'nonsense', 'printed "seven" where'],
    ['other JSON', 'print("[7]", flush=True)', 'nonsense', 'printed "[7]" where'],
    ['silence', 'pass', 'hung', 'gave no answer within 3000 ms'],
    ['an endless loop', 'while True: pass', 'hung', 'gave no answer within 3000 ms'],
    [
      'a line without end',
      'print("x" * 100000, flush=True)',
      'nonsense',
      'printed a line',
    ],
    ['an error', 'raise ValueError("no idea")', 'gone', 'status 1: ValueError: no idea'],
    ['its own end', 'sys.exit(3)', 'gone', 'ended with exit status 3'],
  ] as const)(
    'that answers with %s loses that bid, and plays on',
    async ([, bad, kind, words], context) => {
      const python = needPython(context);
      // Well at the rehearsal, badly at the first question, and well from then on.
      const asked = join(folder, 'asked.txt');
      rmSync(asked, { force: true });
      const before = `path = ${JSON.stringify(asked)}`;
      const answer = [
        'open(path, "a").write("x")',
        'if os.path.getsize(path) == 2:',
        `    ${bad}`,
        'else:',
        `    ${SAY}`,
      ].join('\n');
      const limit = kind === 'hung' ? { timeLimit: 3000 } : {};
      const bot = await open(exec(python, pythonBot('once.py', answer, before)), limit);
      expect(await bot.decide(view())).toEqual({
        type: 'fault',
        kind,
        words: expect.stringContaining(words) as string,
      });
      expect(await bot.decide(view())).toEqual(bidOf(7));
    },
  );

  it('that prints more than it was asked for is started anew each time', async (context) => {
    const python = needPython(context);
    const answer = `${SAY}\nprint("done", flush=True)`;
    const bot = await open(exec(python, pythonBot('twice.py', answer)), { restarts: 1 });
    const decisions: BotDecision[] = [];
    for (let time = 0; time < 4; time += 1) decisions.push(await bot.decide(view()));
    expect(decisions.at(-1)).toMatchObject({ type: 'fault', kind: 'gone' });
    expect(JSON.stringify(decisions)).toContain('stderr');
  });

  it.for([
    ['import nowhere', 'ended with exit status 1: ModuleNotFoundError'],
    ['print("hello", flush=True)', 'printed "hello" where'],
    ['import time; time.sleep(60)', 'was not ready within 1000 ms'],
  ] as const)(
    'that begins with %j is refused before the game',
    async ([before, words], context) => {
      const python = needPython(context);
      const spec = exec(python, pythonBot('unfit.py', SAY, before));
      const startLimit = words.includes('not ready') ? 1000 : undefined;
      await expect(open(spec, { startLimit })).rejects.toThrow(`${spec} ${words}`);
    },
  );

  it('is ended with all that it has started, whether it listens or not', async (context) => {
    const python = needPython(context);
    const pids = join(folder, 'pids.txt');
    const before = `import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(${JSON.stringify(pids)}, "w").write(f"{os.getpid()} {child.pid}")`;
    const deaf = `${SAY}\nif v["round"] == 1:\n    while True: pass`;
    const bot = await open(exec(python, pythonBot('deaf.py', deaf, before)));
    const running = readFileSync(pids, 'utf8').split(' ').map(Number);
    expect(running.map((pid) => isRunning(pid))).toEqual([true, true]);
    await bot.decide({ ...view(), round: 1 });
    await bot.close();
    await expect
      .poll(() => running.filter((pid) => isRunning(pid)), { timeout: PATIENCE })
      .toEqual([]);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // One that has ended and that nobody has asked about yet: in a container, perhaps never.
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

describe('a tournament of all kinds', () => {
  it('is won by who plays, and harmed by nobody', async (context) => {
    const python = needPython(context);
    const share = 'print(json.dumps({"bid": v["me"]["money"] // 3}), flush=True)';
    const bots = await openBots(
      [
        exec(python, pythonBot('third.py', share)),
        file(
          'third.ts',
          'export default (v: any): number => Math.floor(v.me.money / 3);',
        ),
        file(
          'mad.mjs',
          'export const determineBid = (v) => { throw new Error(v.item); };',
        ),
        file('exits.mjs', 'export const determineBid = () => process.exit(1);'),
        'random',
      ],
      { ...SLOW, restarts: 3 },
    );
    opened.push(...bots);
    const options = { games: 20, seats: 3, auction: { seed: 'all' } };
    const { played, ranking, undecided } = await playTournament(bots, options);
    expect([played, undecided]).toEqual([20, 0]);
    const by = Object.fromEntries(ranking.map((row) => [row.name, row]));
    expect(by['mad']!.faults.threw).toBe(by['mad']!.faults.total);
    expect(by['mad']!.firstFault!.words).toMatch(/^threw Error: \w+ \(mad\.mjs:1\)$/);
    expect(by['mad']).toMatchObject({ wins: 0, money: 100, items: 0 });
    expect(by['exits']!.faults.gone).toBe(by['exits']!.faults.total);
    expect(by['exits']!.faults.total).toBeGreaterThan(20);
    for (const name of ['third', 'third-2', 'random']) {
      expect(by[name]?.faults.total ?? 0).toBe(0);
    }
    expect(ranking.map(({ games }) => games)).toEqual([12, 12, 12, 12, 12]);
    const wins = ranking.map((row) => row.wins);
    expect(wins.reduce((sum, each) => sum + each, 0)).toBe(20);
  });
});
