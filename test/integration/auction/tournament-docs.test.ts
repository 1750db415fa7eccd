/** What docs/auction-bots.md says is true. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bot,
  openBots,
  playTournament,
  reportCsv,
  reportJson,
  strategies,
  type TournamentResult,
} from '../../../src/auction/index.ts';
import { FAULT_KINDS } from '../../../src/auction/contest/bots/bot.ts';
import { PATIENCE } from '../../support/eventually.ts';
import { needPython } from '../../support/peers.ts';
import { ROOT } from '../../support/programs.ts';

const PAGE = readFileSync(join(ROOT, 'docs/auction-bots.md'), 'utf8');

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

/** The only block of code in this language. */
function code(language: string): string {
  const [block, ...others] = PAGE.matchAll(
    new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'),
  );
  expect(others).toEqual([]);
  return block![1]!;
}

/** The cells of the table whose head begins with this, without backquotes. */
function table(head: string): string[][] {
  const lines = PAGE.slice(PAGE.indexOf(`\n| ${head} `))
    .trimStart()
    .split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

/** Names that stand in the first cells: `low`, `high` are two. */
const names = (rows: string[][]): string[] =>
  rows.flatMap(([first]) => first!.split(', '));

async function play(specs: string[], games: number): Promise<TournamentResult> {
  const bots = await openBots(specs, { timeLimit: PATIENCE });
  opened.push(...bots);
  return playTournament(bots, { games, auction: { seed: 'docs' } });
}

describe('the page about bots', () => {
  it('has a bot in Python that plays without a fault, and beats the dice', async (context) => {
    const path = join(folder, 'ann.py');
    writeFileSync(path, code('python'));
    const specs = [`exec:${needPython(context)} ${path}`, 'random', 'random'];
    const { ranking } = await play(specs, 90);
    expect(ranking[0]).toMatchObject({ name: 'ann', firstFault: null });
    expect(ranking[0]!.low).toBeGreaterThan(1 / 3);
  });

  it('has a bot in JavaScript that plays without a fault', async () => {
    const path = join(folder, 'bob.mjs');
    writeFileSync(path, code('js'));
    const { ranking } = await play([path, 'random'], 20);
    expect(ranking.map(({ firstFault }) => firstFault)).toEqual([null, null]);
  });

  it('lists the strategies and the faults that there are', () => {
    const rows = table('name             |');
    expect(names(rows)).toEqual(strategies.map(({ name }) => name));
    expect(names(table('fault '))).toEqual([...FAULT_KINDS]);
  });

  it.each(table('first ') as [string, string, string, string, string, string][])(
    'says right who wins how often: %s %s, %s %s, %s %s',
    async (...row) => {
      const [first, , second, , third] = row;
      const { ranking } = await play([first, second, third], 3000);
      const won = ranking.flatMap(({ name, winRate }) => [
        name,
        (100 * winRate).toFixed(1),
      ]);
      expect(won).toEqual(row);
    },
  );

  it('lists every field of the JSON and of the CSV', async () => {
    const result = await play(['random', 'target'], 2);
    const { version, ...fields } = JSON.parse(reportJson(result)) as Record<
      string,
      unknown
    >;
    expect(version).toBe(1);
    expect(names(table('field       | what')).sort()).toEqual(Object.keys(fields).sort());
    const bots = Object.keys(result.ranking[0]!).sort();
    expect(names(table('field of a bot')).sort()).toEqual(bots);
    expect(PAGE).toContain(`\n${reportCsv(result).split('\n')[0]}\n`);
  });
});
