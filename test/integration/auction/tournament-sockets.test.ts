/** Tournaments over real sockets come out as they do on the rules alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuctionOptions, Bot } from '../../../src/auction/index.ts';
import { PATIENCE } from '../../support/eventually.ts';
import { compiledModule } from '../../support/places.ts';

// Compiled: a bot in a file is a process.
const { inProcess, openBots, overSockets, playTournament } =
  await compiledModule<typeof import('../../../src/auction/index.ts')>(
    'src/auction/index.ts',
  );

let folder: string;
const opened: Bot[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((bot) => bot.close()));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return path;
}

async function open(...specs: string[]): Promise<Bot[]> {
  const bots = await openBots(specs, { timeLimit: PATIENCE });
  opened.push(...bots);
  return bots;
}

const all = ['random', 'patient', 'target', 'blocker', 'expected-value'];

describe.each(['tcp', 'udp'] as const)('over %s', (over) => {
  it.each<Partial<AuctionOptions>>([
    {},
    { order: 'secret', price: 'second' },
    {
      win: 'highest-value',
      values: { Picasso: 3, Monet: 0 },
      kinds: ['Picasso', 'Monet'],
    },
    { budget: 0, unsold: 'to-first' },
  ])('the result is the same under the rules %j', async (rules) => {
    const auction = { seed: 's', items: 60, ...rules };
    const options = { games: 10, seats: 4, auction };
    const alone = await playTournament(await open(...all), options);
    const socket = await playTournament(await open(...all), {
      ...options,
      runner: overSockets(over),
    });
    expect(socket.runner).toBe(over);
    expect({ ...socket, seconds: 0, runner: '' }).toEqual({
      ...alone,
      seconds: 0,
      runner: '',
    });
  });

  it('ties go to the seat before, however late its bot answers', async () => {
    // The earlier in the alphabet, the slower; all bid the same.
    const source = (delay: number): string =>
      `export default () => new Promise((done) => setTimeout(done, ${delay}, 1));`;
    const bots = await open(
      file('a.mjs', source(30)),
      file('b.mjs', source(15)),
      file('c.mjs', source(0)),
    );
    const options = { games: 3, auction: { seed: 's' }, runner: overSockets(over) };
    const { ranking } = await playTournament(bots, options);
    expect(ranking.map(({ winsBySeat }) => winsBySeat)).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });

  it('faults are found where they are found on the rules alone', async () => {
    const bots = await open(
      file(
        'throws.mjs',
        'export default (v) => { if (v.round % 2) throw 1; return 1; };',
      ),
      file('text.mjs', 'export default (v) => (v.round === 3 ? "1" : 2);'),
      'random',
    );
    const options = { games: 9, auction: { seed: 'faults' } };
    const alone = await playTournament(bots, { ...options, runner: inProcess });
    const socket = await playTournament(bots, { ...options, runner: overSockets(over) });
    expect(alone.ranking.some(({ faults }) => faults.threw > 0)).toBe(true);
    expect(alone.ranking.some(({ faults }) => faults.nonsense > 0)).toBe(true);
    expect(socket.ranking).toEqual(alone.ranking);
  });

  it('stops at once when told to, in the middle of a game', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const bots = await open(
      file('never.mjs', 'export default () => new Promise(() => {});'),
    );
    const never = bots[0]!;
    const watched: Bot = {
      name: never.name,
      begin: () => {},
      decide: (view) => {
        const decision = never.decide(view);
        controller.abort();
        return decision;
      },
      close: () => never.close(),
    };
    const options = {
      games: 5,
      auction: { seed: 's' },
      signal,
      runner: overSockets(over),
    };
    const { played } = await playTournament([watched], options);
    expect(played).toBe(0);
  });
});
