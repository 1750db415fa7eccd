import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineUps } from '../../../../src/auction/contest/tournament/line-ups.ts';
import { Turns } from '../../../../src/auction/contest/tournament/turns.ts';
import { wilson } from '../../../../src/auction/contest/tournament/wilson.ts';
import {
  type Bot,
  type BotDecision,
  type GamePlan,
  type GameResult,
  type GameRunner,
  inProcess,
  openBots,
  playTournament,
  reportText,
  type TournamentOptions,
  type TournamentResult,
} from '../../../../src/auction/index.ts';

/** The first `games` line-ups. */
function first(games: number, bots: number, seats: number, seed = 's'): number[][] {
  const all: number[][] = [];
  for (const lineUp of lineUps(bots, seats, seed)) {
    if (all.length === games) break;
    all.push([...lineUp]);
  }
  return all;
}

const sizes = fc
  .integer({ min: 1, max: 9 })
  .chain((bots) => fc.tuple(fc.constant(bots), fc.integer({ min: 1, max: bots })));

describe('the line-ups', () => {
  it('seat nobody twice, and of each `bots` games put everybody in each seat once', () => {
    fc.assert(
      fc.property(sizes, fc.string(), ([bots, seats], seed) => {
        const games = first(5 * bots, bots, seats, seed);
        for (const lineUp of games) {
          expect(lineUp).toHaveLength(seats);
          expect(new Set(lineUp).size).toBe(seats);
        }
        for (let start = 0; start < games.length; start += bots) {
          for (let seat = 0; seat < seats; seat += 1) {
            const there = games.slice(start, start + bots).map((lineUp) => lineUp[seat]);
            expect(new Set(there).size).toBe(bots);
          }
        }
      }),
    );
  });

  it('go through all orders of all bots at one table before any comes again', () => {
    const orders = first(24, 4, 4).map(String);
    expect(new Set(orders).size).toBe(24);
    expect(new Set(first(48, 4, 4).slice(24).map(String)).size).toBe(24);
  });

  it('let every group of four out of six play equally often', () => {
    const groups = new Map<string, number>();
    // 6 · 5 · 4 · 3 orders.
    for (const lineUp of first(360, 6, 4)) {
      const group = String(lineUp.toSorted((a, b) => a - b));
      groups.set(group, (groups.get(group) ?? 0) + 1);
    }
    expect(groups.size).toBe(15);
    expect(new Set(groups.values())).toEqual(new Set([24]));
  });

  it('put each bot before each other one as often as behind it', () => {
    const before = new Map<string, number>();
    for (const lineUp of first(2 * 20, 20, 3)) {
      for (const [seat, left] of lineUp.entries()) {
        for (const right of lineUp.slice(seat + 1)) {
          const key = `${left},${right}`;
          before.set(key, (before.get(key) ?? 0) + 1);
        }
      }
    }
    for (const [key, count] of before) {
      const [left, right] = key.split(',');
      expect([key, before.get(`${right},${left}`)]).toEqual([key, count]);
    }
  });

  it('are the same for the same seed, and others for another', () => {
    expect(first(50, 20, 5, 'a')).toEqual(first(50, 20, 5, 'a'));
    expect(first(50, 20, 5, 'a')).not.toEqual(first(50, 20, 5, 'b'));
  });
});

describe("Wilson's interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('for %i wins of %i is from %f to %f', (wins, games, low, high) => {
    const interval = wilson(wins, games);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('is everything when nothing is known', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('holds the rate, stays between 0 and 1, and is the same for losses as for wins', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (wins, losses) => {
        const games = wins + losses;
        const { low, high } = wilson(wins, games);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        if (games === 0) return;
        expect(low).toBeLessThanOrEqual(wins / games);
        expect(high).toBeGreaterThanOrEqual(wins / games);
        expect(wilson(losses, games).low).toBeCloseTo(1 - high, 12);
      }),
    );
  });
});

describe('turns', () => {
  it('come one after another, whoever is ready first', async () => {
    const turns = new Turns();
    const order: number[] = [];
    const act = async (number: number): Promise<void> => {
      await turns.wait(number);
      order.push(number);
      turns.done(number);
    };
    await Promise.all([3, 1, 0, 2].map((number) => act(number)));
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('go on past those that are done without having waited', async () => {
    const turns = new Turns();
    const third = turns.wait(3);
    turns.done(2);
    turns.done(1);
    await expect(third).resolves.toBeUndefined();
    await expect(turns.wait(0)).resolves.toBeUndefined();
  });
});

/** A bot that answers as told, and remembers what it was asked. */
class Puppet implements Bot {
  readonly name: string;
  readonly seeds: string[] = [];
  readonly #decide: () => BotDecision;
  closed = false;

  constructor(name: string, decide: () => BotDecision = () => ({ type: 'pass' })) {
    this.name = name;
    this.#decide = decide;
  }

  begin(seed: string): void {
    this.seeds.push(seed);
  }

  decide(): Promise<BotDecision> {
    return Promise.resolve(this.#decide());
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

const bidding =
  (amount: number): (() => BotDecision) =>
  () => ({ type: 'bid', amount });

/** Everything but the time that it took. */
function timeless(result: TournamentResult): object {
  return { ...result, seconds: 0, runner: '' };
}

async function tournament(
  bots: readonly Bot[],
  options: TournamentOptions = {},
): Promise<TournamentResult> {
  return playTournament(bots, {
    games: 12,
    ...options,
    auction: { seed: 't', ...options.auction },
  });
}

describe('a tournament', () => {
  it('lets everybody sit in every seat equally often, and rounds the games up to that', async () => {
    const bots = await openBots(['random', 'patient', 'target', 'blocker', 'patient']);
    const result = await tournament(bots, { games: 101, seats: 3 });
    expect(result).toMatchObject({ planned: 105, played: 105, seats: 3, undecided: 0 });
    expect(reportText(result)).toContain(
      '\nRounded up from 101, so that each bot sits in',
    );
    const even = reportText(await tournament(bots, { games: 5, seats: 3 }));
    expect(even).not.toContain('Rounded up');
    for (const { games, gamesBySeat } of result.ranking) {
      expect(gamesBySeat).toEqual([21, 21, 21]);
      expect(games).toBe(63);
    }
    const names = result.ranking.map(({ name }) => name);
    expect(names.sort()).toEqual(['blocker', 'patient', 'patient-2', 'random', 'target']);
  });

  it('adds up: one winner a game, and as many rounds as were played', async () => {
    const bots = await openBots(['random', 'target', 'blocker']);
    const results: GameResult[] = [];
    const runner: GameRunner = {
      name: 'watched',
      play: async (plan) => {
        const result = await inProcess.play(plan);
        if (result) results.push(result);
        return result;
      },
    };
    const { ranking, ...total } = await tournament(bots, { games: 300, runner });
    const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
    expect(total).toMatchObject({ runner: 'watched', played: 300 });
    expect(total.rounds).toBe(sum(results.map(({ rounds }) => rounds)));
    expect(sum(ranking.map(({ wins }) => wins)) + total.undecided).toBe(300);
    for (const seat of [0, 1, 2]) {
      const wins = results.filter(({ winner }) => winner === seat).length;
      expect(sum(ranking.map(({ winsBySeat }) => winsBySeat[seat]!))).toBe(wins);
    }
    const left = sum(results.flatMap(({ seats }) => seats.map(({ money }) => money)));
    expect(300 * sum(ranking.map(({ money }) => money))).toBeCloseTo(left, 6);
  });

  it('has the same result for the same seed, and another for another', async () => {
    const names = ['random', 'patient', 'target', 'blocker', 'expected-value'];
    const play = async (seed: string): Promise<object> =>
      timeless(
        await tournament(await openBots(names), {
          games: 200,
          seats: 3,
          auction: { seed },
        }),
      );
    expect(await play('a')).toEqual(await play('a'));
    expect(await play('a')).not.toEqual(await play('b'));
  });

  it('has the same result when several games are played at once', async () => {
    const names = ['random', 'patient', 'target', 'blocker', 'expected-value'];
    const play = async (tables: number): Promise<object> => {
      const [bots = [], ...moreTables] = await Promise.all(
        Array.from({ length: tables }, () => openBots(names)),
      );
      const auction = { seed: 'at once' };
      return timeless(
        await tournament(bots, { games: 100, seats: 3, auction, moreTables }),
      );
    };
    const one = await play(1);
    expect(await play(2)).toEqual(one);
    expect(await play(7)).toEqual(one);
  });

  it('plays them at once, and adds them up in their order, whichever is over first', async () => {
    let open!: () => void;
    const secondIsOver = new Promise<void>((resolve) => {
      open = resolve;
    });
    /** Of two games, the first is over after the second. */
    const runner: GameRunner = {
      name: 'the second first',
      play: async (plan) => {
        if (plan.options.seed === 't/0') await secondIsOver;
        const result = await inProcess.play(plan);
        if (plan.options.seed === 't/1') open();
        return result;
      },
    };
    const failing = (word: string): Bot[] => [
      new Puppet('ann', () => ({ type: 'fault', kind: 'threw', words: word })),
      new Puppet('bob', bidding(1)),
    ];
    const { ranking } = await tournament(failing('in the first'), {
      games: 2,
      moreTables: [failing('in the second')],
      runner,
    });
    const ann = ranking.find(({ name }) => name === 'ann')!;
    expect(ann.firstFault).toMatchObject({ game: 0, words: 'in the first' });
    expect(ann.games).toBe(2);
  });

  it('ends at all tables when it fails at one', async () => {
    const bots = [new Puppet('ann'), new Puppet('bob')];
    const runner: GameRunner = {
      name: 'fails once',
      play: (plan) => {
        if (plan.options.seed === 't/1') throw new Error('no such luck');
        return inProcess.play(plan);
      },
    };
    const games = 1_000_000_000;
    await expect(tournament(bots, { games, moreTables: [bots], runner })).rejects.toThrow(
      'no such luck',
    );
  });

  it('plays each game with a seed of its own, for the items and for each bot', async () => {
    const bots = [new Puppet('ann'), new Puppet('bob')];
    const seeds: string[] = [];
    const runner: GameRunner = {
      name: 'watched',
      play: (plan: GamePlan) => {
        seeds.push(plan.options.seed);
        return inProcess.play(plan);
      },
    };
    await tournament(bots, { games: 4, runner });
    expect(seeds).toEqual(['t/0', 't/1', 't/2', 't/3']);
    expect(bots[0]!.seeds).toEqual(seeds.map((seed) => `${seed}/ann`));
  });

  it('gives the tie to the seat before, and so the same to all who bid alike', async () => {
    const bots = ['ann', 'bob', 'cid'].map((name) => new Puppet(name, bidding(0)));
    const { ranking } = await tournament(bots, { games: 30 });
    // All bid 0: the first seat buys everything, and everybody sits there in 10 games.
    for (const { winsBySeat } of ranking) expect(winsBySeat).toEqual([10, 0, 0]);
    expect(ranking.map(({ rank }) => rank)).toEqual([1, 1, 1]);
  });

  it('leaves games undecided that nobody bids in', async () => {
    const { ranking, undecided } = await tournament([
      new Puppet('ann'),
      new Puppet('bob'),
    ]);
    expect(undecided).toBe(12);
    expect(ranking[0]).toMatchObject({ wins: 0, winRate: 0, money: 100, items: 0 });
  });

  it('names each fault, how many bids it cost, and how it was the first time', async () => {
    let asked = 0;
    const faulty = new Puppet('ann', () => {
      asked += 1;
      const kind = asked % 2 === 0 ? 'hung' : 'threw';
      return { type: 'fault', kind, words: `failed for time ${asked}` };
    });
    const { ranking, rounds } = await tournament([faulty, new Puppet('bob', bidding(1))]);
    const ann = ranking.find(({ name }) => name === 'ann')!;
    expect(ann.faults).toMatchObject({ total: rounds, nonsense: 0, gone: 0 });
    expect(ann.faults.threw + ann.faults.hung).toBe(rounds);
    expect(ann.firstFault).toEqual({
      game: 0,
      round: 0,
      kind: 'threw',
      words: 'failed for time 1',
    });
    expect(ranking.find(({ name }) => name === 'bob')).toMatchObject({
      rank: 1,
      wins: 12,
      firstFault: null,
    });
  });

  it('counts the worth of collections where that wins', async () => {
    const bots = [new Puppet('ann', bidding(1)), new Puppet('bob', bidding(0))];
    const { ranking } = await tournament(bots, {
      auction: { win: 'highest-value', kinds: ['M'], values: { M: 7 }, items: 5 },
    });
    expect(ranking[0]).toMatchObject({ name: 'ann', value: 35, items: 5, money: 95 });
  });

  it('stops when told to, counts what was played, and closes the bots', async () => {
    const controller = new AbortController();
    const bots = [
      new Puppet('ann', bidding(0)),
      new Puppet('bob', () => {
        if (bots[0]!.seeds.length === 4) controller.abort();
        return { type: 'pass' };
      }),
    ];
    const { signal } = controller;
    const { planned, played, ranking } = await tournament(bots, { games: 100, signal });
    expect([planned, played]).toEqual([100, 3]);
    expect(ranking[0]).toMatchObject({ name: 'ann', games: 3 });
    expect(bots.every(({ closed }) => closed)).toBe(true);
  });

  it('lets others have their turn while it plays, even within one long game', async () => {
    const bots = await openBots(['patient', 'patient']);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), 50);
    const { played } = await tournament(bots, {
      auction: { win: 'highest-value', kinds: ['A', 'B'], items: 500_000 },
      signal: controller.signal,
    });
    clearTimeout(timer);
    expect(played).toBe(0);
  });

  it('refuses bots of one name', async () => {
    const bots = [new Puppet('ann'), new Puppet('ann')];
    await expect(tournament(bots)).rejects.toThrow('tournament: ann has already joined');
  });

  it.each([
    [{ games: 0 }, /games/],
    [{ games: 1.5 }, /games/],
    [{ seats: 3 }, /seats/],
    [{ seats: 0 }, /seats/],
    [{ auction: { budget: -1 } }, /budget/],
  ])('refuses %j', async (options, words) => {
    const bots = [new Puppet('ann'), new Puppet('bob')];
    await expect(tournament(bots, options)).rejects.toThrow(words);
  });
});
