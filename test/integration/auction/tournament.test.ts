/** `socketlab auction tournament` as people type it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { typed } from '../../support/command-line.ts';
import { needPython } from '../../support/peers.ts';
import { compiledFrom } from '../../support/places.ts';
import {
  type End,
  failure,
  IN_PEACE,
  PATIENCE,
  type Program,
  Programs,
} from '../../support/programs.ts';

const programs = new Programs();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
});

afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

function tournament(...args: string[]): Program {
  return programs.cli('auction', 'tournament', ...args);
}

/**
 * The same in this process, where none of its own would show more. A busy machine makes
 * nobody's bot a slow one.
 */
function played(...args: string[]): Promise<{ end: End; stdout: string }> {
  const patient = args.includes('--time-limit') ? [] : [`--time-limit=${PATIENCE}`];
  return typed(['auction', 'tournament', ...args, ...patient]);
}

function file(name: string, source = ''): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

/** The bots of a result, by name. */
function botsOf(json: string): Record<string, Record<string, unknown>> {
  const { ranking } = JSON.parse(json) as { ranking: Record<string, unknown>[] };
  return Object.fromEntries(ranking.map((row) => [String(row['name']), row]));
}

async function exists(path: string): Promise<void> {
  await expect.poll(() => existsSync(path)).toBe(true);
}

async function gone(pid: number): Promise<void> {
  const isThere = (): boolean => {
    try {
      process.kill(pid, 0);
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  await expect.poll(isThere).toBe(false);
}

describe('the result', () => {
  it('is a table of at most 80 columns, best first', async () => {
    const bots = ['random', 'patient', 'target'];
    const { end, stdout } = await played(...bots, '--games', '60', '--seed', '1');
    expect(end).toEqual(IN_PEACE);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      /^60 games of 3 seats, 3 bots, in-process, seed 1, [\d,]+ a/,
    );
    expect(lines[2]).toMatch(
      /^# +bot +wins +win rate +95 % between +money +items +faults$/,
    );
    expect(lines[3]).toMatch(/^1 +target +\d+ +\d+\.\d % +\d+\.\d … \d+\.\d +\d+\.\d/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('keeps to 80 columns with long names and long complaints', async () => {
    const long = file(
      `${'long-'.repeat(8)}.mjs`,
      `export const determineBid = () => { throw new Error('so '.repeat(100)); };`,
    );
    const rules = ['--games', '10', '--win', 'highest-value'];
    const { end, stdout } = await played(long, 'random', ...rules);
    expect(end).toEqual(IN_PEACE);
    for (const line of stdout.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
    }
    expect(stdout).toMatch(/lost [\d,]+ bids: [\d,]+ threw an error/);
    expect(stdout).toContain('First in game 0, round 0: it threw Error: so so');
    expect(stdout).toContain('worth');
  });

  it('is JSON on a clean stdout, with everything in it', async () => {
    const bots = ['random', 'patient', 'random'];
    const { end, stdout } = await played(...bots, '--games=7', '--json');
    expect(end).toEqual(IN_PEACE);
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      version: 1,
      seed: expect.stringMatching(/^[\da-f]{8}$/) as string,
      runner: 'in-process',
      seats: 3,
      planned: 9,
      played: 9,
      rules: { bidders: 3, budget: 100, countToWin: 3, price: 'first' },
    });
    expect(botsOf(stdout)['random-2']).toMatchObject({
      games: 9,
      gamesBySeat: [3, 3, 3],
      faults: { total: 0, threw: 0, hung: 0, nonsense: 0, invalid: 0, gone: 0 },
      firstFault: null,
    });
    for (const key of [
      'rank',
      'wins',
      'winRate',
      'low',
      'high',
      'money',
      'items',
      'value',
    ]) {
      expect(botsOf(stdout)['patient']![key]).toEqual(expect.any(Number));
    }
  });

  it('is CSV on a clean stdout, quoted where it has to be', async () => {
    const bot = file(
      'quotes.mjs',
      `export default () => { throw new Error('a "b", c'); };`,
    );
    const { end, stdout } = await played('random', bot, '--games', '4', '--csv');
    expect(end).toEqual(IN_PEACE);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(
      'rank,bot,games,wins,win_rate,low,high,money,items,value,' +
        'faults,threw,hung,nonsense,invalid,gone,first_fault',
    );
    expect(lines[1]).toMatch(
      /^1,random,4,4,1,0\.\d+,1,[\d.]+,[\d.]+,[\d.]+,0,0,0,0,0,0,$/,
    );
    expect(lines[2]).toMatch(
      /^2,quotes,4,0,0,0,0\.\d+,100,0,0,(\d+),\1,0,0,0,0,"threw Error: a ""b"", c \(quotes\.mjs:1\)"$/,
    );
    expect(lines).toHaveLength(3);
  });

  it('goes to files, too, with the table on stdout', async () => {
    const [json, csv] = [join(folder, 'r.json'), join(folder, 'r.csv')];
    const files = ['--json', json, '--csv', csv];
    const { end, stdout } = await played('random', 'target', '--games', '2', ...files);
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain('win rate');
    expect(Object.keys(botsOf(readFileSync(json, 'utf8'))).sort()).toEqual([
      'random',
      'target',
    ]);
    expect(readFileSync(csv, 'utf8')).toMatch(/^rank,bot,.*\n1,.*\n\d,.*\n$/);
  });

  it('is the same for the same seed, on the rules alone and over TCP and UDP', async () => {
    const play = async (over: string): Promise<object> => {
      const bots = ['random', 'patient', 'target', 'blocker'];
      const rules = ['--seats', '3', '--games', '16', '--seed', 's', '--price', 'second'];
      const { end, stdout } = await played(...bots, ...rules, '--json', '--over', over);
      expect(end).toEqual(IN_PEACE);
      const result = JSON.parse(stdout) as Record<string, unknown>;
      expect(result['runner']).toBe(over);
      return { ...result, runner: '', seconds: 0 };
    };
    const [rules, tcp, udp] = [
      await play('in-process'),
      await play('tcp'),
      await play('udp'),
    ];
    expect(tcp).toEqual(rules);
    expect(udp).toEqual(rules);
  });

  it('is the same when two games are played at once, each bot in two processes', async () => {
    const third = file(
      'third.mjs',
      'export default (view) => Math.floor(view.me.money / 3);',
    );
    const play = async (atOnce: string): Promise<object> => {
      const bots = [third, 'random', third, 'patient', '--seats', '3', '--games', '12'];
      const options = ['--seed', 's', '--json', '--at-once', atOnce];
      const { end, stdout } = await played(...bots, ...options);
      expect(end).toEqual(IN_PEACE);
      return { ...(JSON.parse(stdout) as object), seconds: 0 };
    };
    expect(await play('2')).toEqual(await play('1'));
  });

  it('starts no bot for a table that has no game', async () => {
    const log = join(folder, 'started');
    const counted = file(
      'counted.mjs',
      `import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(log)}, '.');
       export default () => 1;`,
    );
    const { end } = await played(counted, 'random', '--games', '1', '--at-once', '64');
    expect(end).toEqual(IN_PEACE);
    // One game is rounded up to two, for each of the two to sit in either seat.
    expect(readFileSync(log, 'utf8')).toBe('..');
  });

  it('follows the rules that were asked for', async () => {
    const rules =
      '--budget 40 --kinds A,B --count-to-win 2 --order secret --win highest-value ' +
      '--values A=3,B=5 --items 6 --unsold to-first';
    const bots = ['random', 'target', '--games', '2', '--json'];
    const { end, stdout } = await played(...bots, ...rules.split(' '));
    expect(end).toEqual(IN_PEACE);
    expect(JSON.parse(stdout)).toMatchObject({
      rounds: 12,
      rules: {
        bidders: 2,
        budget: 40,
        kinds: ['A', 'B'],
        countToWin: 2,
        order: 'secret',
        win: 'highest-value',
        values: { A: 3, B: 5 },
        items: 6,
      },
    });
  });

  it('shows on a terminal how far it is, and wipes that away', async (context) => {
    const python = needPython(context);
    const cli = [process.execPath, compiledFrom('src/cli/main.ts')];
    const args = ['auction', 'tournament', 'random', 'target', '--games', '20000'];
    const program = programs.python(
      ...(['test/support/terminal.py', '80', ...cli, ...args] as const),
    );
    expect((await program.ended()).code).toBe(0);
    expect(python).toBeTruthy();
    expect(program.stdout).toMatch(/█.* of 20000 games/);
    const rest = program.stdout.slice(program.stdout.lastIndexOf('of 20000 games'));
    expect(rest).toContain('20,000 games of 2 seats');
  });
});

describe('Ctrl-C', () => {
  const INTERRUPTED = { code: 130, signal: null, stderr: '' };

  it('stops at once, and prints the result so far', async () => {
    const marker = join(folder, 'playing');
    const bot = file(
      'slow.mjs',
      `import { writeFileSync } from 'node:fs';
       export const determineBid = (view) => {
         if (view.items[0] !== undefined) writeFileSync(${JSON.stringify(marker)}, '');
         return 1;
       };`,
    );
    const program = tournament(bot, 'random', '--games', '1000000', '--seed', '1');
    await exists(marker);
    program.signal('SIGINT');
    expect(await program.ended()).toEqual(INTERRUPTED);
    expect(program.stdout).toMatch(/^[\d,]+ of 1,000,000 games of 2 seats/);
    expect(program.stdout).toContain('slow');
  });

  it('does not wait for a bot that hangs, nor for one that does not load', async () => {
    const marker = join(folder, 'hangs');
    const touch = `import { writeFileSync } from 'node:fs'; const touch = () => writeFileSync(${JSON.stringify(marker)}, '');`;
    const hang = file(
      'hang.mjs',
      `${touch} export default () => { touch(); for (;;) {} };`,
    );
    const deciding = tournament(hang, 'random', '--time-limit', '600000');
    await exists(marker);
    deciding.signal('SIGINT');
    expect(await deciding.ended()).toEqual(INTERRUPTED);
    expect(deciding.stdout).toMatch(/^0 of 1,000 games/);
    rmSync(marker);
    const loading = tournament(
      file('load.mjs', `${touch} touch(); for (;;) {}`),
      'random',
    );
    await exists(marker);
    loading.signal('SIGINT');
    expect(await loading.ended()).toEqual(INTERRUPTED);
    expect(loading.stdout).toBe('');
  });

  it.for(['SIGINT', 'SIGKILL'] as const)(
    'or a violent end (%s) leaves no program behind, not even one in an endless loop',
    async (signal, context) => {
      const python = needPython(context);
      const pids = join(folder, 'pid');
      const bot = file(
        'loop.py',
        `import os, sys
sys.stdin.readline()
print('{"bid": 1}', flush=True)
sys.stdin.readline()
open(${JSON.stringify(`${pids}.new`)}, "w").write(str(os.getpid()))
os.rename(${JSON.stringify(`${pids}.new`)}, ${JSON.stringify(pids)})
while True: pass
`,
      );
      const program = tournament(
        `exec:${python} ${bot}`,
        'random',
        '--time-limit',
        '600000',
      );
      await exists(pids);
      const pid = Number(readFileSync(pids, 'utf8'));
      program.signal(signal);
      const end = await program.ended();
      expect(end).toMatchObject(signal === 'SIGINT' ? INTERRUPTED : { signal });
      await gone(pid);
    },
  );
});

describe('misuse', () => {
  it.each([
    [['random', 'patent'], 'no strategy is called "patent"; there are random, patient'],
    [['random', '--games', 'ten'], '"ten" is not a number'],
    [['random', '--games', '0'], 'games: a whole number from 1'],
    [['random', '--at-once', '0'], '--at-once takes a whole number from 1 to 64, not 0'],
    [['random', '--seats', '2'], 'seats of a game: a whole number from 1 to 1, not 2'],
    [['random', '--json', '--csv'], '--json or --csv, not both'],
    [['random', '--json', 'bot.ts'], '--json takes a file that ends in .json'],
    [['random', '--bidders', '3'], '--seats and --time-limit'],
    [['random', '--price', 'third'], 'price'],
    [['random', '--budget', '-1'], 'budget'],
    [['random', '--time-limit', '0', 'src/cli/main.ts'], 'time-out'],
    [[], 'needs bots'],
  ])('%j is told in one line', async (args, words) => {
    const { end, stdout } = await played(...args);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain(words);
    expect(stdout).toBe('');
  });

  it('of a file that cannot be written is told before the games', async () => {
    const nowhere = join(folder, 'no', 'r.json');
    const { end } = await played('random', 'random', '--json', nowhere);
    expect(end).toEqual(failure(2, '--json: there is no folder'));
  });
});
