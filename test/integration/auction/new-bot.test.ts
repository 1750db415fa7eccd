/** `socketlab auction new-bot`: what it writes is correct, and plays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuctionOptions } from '../../../src/auction/index.ts';
import { typed } from '../../support/command-line.ts';
import { compiledModule } from '../../support/places.ts';
import {
  type End,
  failure,
  IN_PEACE,
  PATIENCE,
  type Program,
  Programs,
  ROOT,
} from '../../support/programs.ts';

// Compiled: each bot is a process.
const { openBots, playTournament } =
  await compiledModule<typeof import('../../../src/auction/index.ts')>(
    'src/auction/index.ts',
  );

/** A busy machine makes nobody's bot a slow one. */
const SLOW = { timeLimit: PATIENCE };

const programs = new Programs();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab new-'));
});

afterEach(async () => {
  await programs.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

function newBot(...args: string[]): Promise<{ end: End; stdout: string }> {
  return typed(['auction', 'new-bot', ...args]);
}

async function written(name: string): Promise<string> {
  const path = join(folder, name);
  expect((await newBot(path)).end).toEqual(IN_PEACE);
  return path;
}

function tool(name: string, ...args: string[]): Program {
  return programs.start(process.execPath, [join(ROOT, 'node_modules', name), ...args]);
}

describe('a new bot', () => {
  it('says what to type next, and that works', async () => {
    const path = join(folder, 'ann.ts');
    const { end, stdout } = await newBot(path);
    expect(end).toEqual(IN_PEACE);
    expect(stdout).toContain(`auction tournament "${path}" random patient\n`);
    expect(stdout).toContain(`auction bid NAME --bot "${path}"\n`);
    const play = ['auction', 'tournament', path, 'random', 'patient'];
    // As it says, but not a thousand of them.
    const next = await typed([...play, '--games', '30']);
    expect(next.end).toEqual(IN_PEACE);
    expect(next.stdout).toContain('30 games of 3 seats');
  });

  it.each(['ann.ts', 'ann.mjs'])(
    '%s beats the dice, and makes no mistake under any rules',
    async (name) => {
      const bots = await openBots([await written(name), 'random', 'random'], SLOW);
      const rules: Partial<AuctionOptions>[] = [
        {},
        { order: 'secret', price: 'second' },
        { win: 'highest-value', items: 30, values: { Picasso: 0 } },
        { budget: 0, countToWin: 1 },
      ];
      for (const auction of rules) {
        const isUsual = Object.keys(auction).length === 0;
        const games = isUsual ? 150 : 30;
        const options = { games, auction: { seed: 'new', ...auction } };
        const { ranking } = await playTournament(bots, options);
        const ann = ranking.find((bot) => bot.name === 'ann')!;
        expect(ann.firstFault).toBeNull();
        if (isUsual) expect(ann.low).toBeGreaterThan(1 / 3);
      }
      await Promise.all(bots.map((bot) => bot.close()));
    },
  );

  it.each([
    ['ann.mts', 'bob.ts'],
    ['ann.js', 'bob.mjs'],
  ])('%s is the same as %s, and plays', async (name, other) => {
    const paths = [await written(name), await written(other)];
    const [text, same] = paths.map((path) => readFileSync(path, 'utf8'));
    expect(text).toBe(same);
    const bots = await openBots(paths, SLOW);
    const options = { games: 2, auction: { seed: 'new' } };
    const { ranking } = await playTournament(bots, options);
    expect(ranking.map(({ firstFault }) => firstFault)).toEqual([null, null]);
    await Promise.all(bots.map((bot) => bot.close()));
  });

  it('passes the checks of types, of style and of form, in both languages', async () => {
    const [ts, js] = [await written('ann.ts'), await written('ann.mjs')];
    // Not the room's door: behind it stands all that there is to check.
    const strategy = JSON.stringify(
      join(ROOT, 'src/auction/contest/strategies/strategy.ts'),
    );
    // The types in the bot are its own: they have to say what the toolkit's say.
    writeFileSync(
      join(folder, 'fits.ts'),
      `import type { DetermineBid } from ${strategy};
import { determineBid as inTypeScript } from './ann.ts';
import { determineBid as inJavaScript } from './ann.mjs';
export const both: DetermineBid[] = [inTypeScript, inJavaScript];
`,
    );
    const settings = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        allowJs: true,
        checkJs: true,
        rewriteRelativeImportExtensions: false,
        noUnusedLocals: true,
        noUnusedParameters: true,
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: ['./*'],
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const types = tool('typescript/bin/tsc', '--project', folder);
    const config = join(ROOT, '.oxlintrc.json');
    const style = tool('oxlint/bin/oxlint', '-c', config, '--deny-warnings', ts, js);
    const rc = join(ROOT, '.prettierrc.json');
    const form = tool('prettier/bin/prettier.cjs', '--config', rc, '--check', ts, js);
    for (const program of [types, style, form]) {
      expect([(await program.ended()).code, program.stdout]).toEqual([
        0,
        program === types ? '' : (expect.anything() as string),
      ]);
    }
  });

  it('never takes the place of another file, unless that is wanted', async () => {
    const path = join(folder, 'ann.ts');
    writeFileSync(path, 'mine');
    expect((await newBot(path)).end).toEqual(failure(2, 'already exists; --force'));
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect((await newBot(path, '--force')).end).toEqual(IN_PEACE);
    expect(readFileSync(path, 'utf8')).toContain('export function determineBid');
  });

  it('is refused where it cannot be', async () => {
    expect((await newBot('ann.py')).end).toEqual(failure(2, 'to show its language'));
    const nowhere = join(folder, 'no', 'ann.ts');
    expect((await newBot(nowhere)).end).toEqual(failure(2, 'there is no folder'));
  });
});
