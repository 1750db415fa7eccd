import { describe, expect, it } from 'vitest';
import { decisionFrom } from '../../../../src/auction/contest/bots/bot.ts';
import { nameBots } from '../../../../src/auction/contest/bots/names.ts';
import {
  auctionOptions,
  type BidderView,
  gameRules,
  Ledger,
  openBot,
} from '../../../../src/auction/index.ts';

function view(): BidderView {
  const ledger = new Ledger(gameRules(auctionOptions({ budget: 50 })), ['Picasso']);
  for (const name of ['ann', 'bob']) ledger.apply({ type: 'joined', name });
  ledger.apply({ type: 'started' });
  ledger.apply({ type: 'opened', round: 0, item: 'Picasso' });
  return ledger.view('ann')!;
}

describe("a bot's answer", () => {
  it.each([0, 1, 50])('of %j is a bid', (answer) => {
    expect(decisionFrom(answer, view())).toEqual({ type: 'bid', amount: answer });
  });

  it.each([null, undefined])('of %j passes', (answer) => {
    expect(decisionFrom(answer, view())).toEqual({ type: 'pass' });
  });

  it.each([
    ['"12"', '12'],
    ['an object', { bid: 12 }],
    ['an array', [12]],
    ['true', true],
    ['12', 12n],
    ['a function', () => 12],
    ['a symbol', Symbol('12')],
  ])('of %s is nonsense, and told in words', (words, answer) => {
    expect(decisionFrom(answer, view())).toEqual({
      type: 'fault',
      kind: 'nonsense',
      words: `answered ${words}, which is not a number`,
    });
  });

  it.each([NaN, -1, 0.5, Infinity, 2 ** 60, 51])('of %d is no allowed bid', (answer) => {
    expect(decisionFrom(answer, view())).toEqual({
      type: 'fault',
      kind: 'invalid',
      words: expect.stringContaining(String(answer)) as string,
    });
  });
});

describe('the names at the table', () => {
  it.each([
    [['patient'], ['patient']],
    [
      ['random', 'random', 'random'],
      ['random', 'random-2', 'random-3'],
    ],
    [
      ['bots/ann.ts', './bob.mjs'],
      ['ann', 'bob'],
    ],
    [
      ['ann/bot.ts', 'bob/bot.ts', 'bob/bot.ts'],
      ['ann/bot', 'bob/bot', 'bob/bot-2'],
    ],
    [['C:\\bots\\ann.ts'], ['ann']],
    [['exec:python3 -u bots/ann.py 7'], ['ann']],
    [['exec:"/opt/my bots/cid"'], ['cid']],
    [['exec:./dan --fast'], ['dan']],
    [
      ['my bot!.ts', '=cmd|x.ts', '--x.ts'],
      ['my_bot_', '_cmd_x', 'x'],
    ],
    [
      ['Ståle.ts', '李雷.ts'],
      ['Ståle', '李雷'],
    ],
    [[`${'x'.repeat(50)}.ts`], ['x'.repeat(32)]],
    [['.ts'], ['bot']],
  ])('of %j are %j', (specs, names) => {
    expect(nameBots(specs)).toEqual(names);
  });

  it('are all different, and all allowed by the rules, however many are alike', () => {
    const specs = Array.from({ length: 200 }, () => `a/b/${'y'.repeat(40)}.ts`);
    const names = nameBots([...specs, 'y'.repeat(32)]);
    expect(new Set(names).size).toBe(201);
    for (const name of names) expect(name).toMatch(/^[^\s\p{C}]{1,32}$/u);
  });
});

describe('opening a bot', () => {
  it.each([
    ['patent', 'no strategy is called "patent"; there are random, patient'],
    ['package.json', 'package.json is not a .ts, .js, .mjs or .cjs file'],
    ['nowhere/ann.ts', 'there is no file nowhere/ann.ts'],
    ['exec:', 'exec: takes a program'],
    ['exec:no-such-program-at-all', 'there is no such program'],
  ])('says what is wrong with %s', async (spec, words) => {
    await expect(openBot(spec)).rejects.toThrow(words);
  });

  it('refuses a directory, and limits that are none', async () => {
    await expect(openBot('node_modules/tsx/../ipaddr.js')).rejects.toThrow(/no file/);
    await expect(openBot('src/cli/main.ts', { memoryLimit: 1 })).rejects.toThrow(
      /memory/,
    );
    await expect(openBot('src/cli/main.ts', { timeLimit: 0 })).rejects.toThrow(
      /time-out/,
    );
  });

  it('makes a bot of a strategy that answers at once, and takes its chance from a seed', async () => {
    const bot = await openBot('random', { name: 'ann', seed: 'a' });
    expect(bot.name).toBe('ann');
    const bids = (seed: string): unknown[] => {
      bot.begin(seed);
      return [1, 2, 3, 4, 5].map(() => bot.decideNow!(view()));
    };
    const once = bids('a');
    expect(bids('b')).not.toEqual(once);
    expect(bids('a')).toEqual(once);
    expect(await bot.decide(view())).toMatchObject({ type: 'bid' });
    await bot.close();
  });
});
