/**
 * How many games a second does a tournament play? With built-in strategies in this process,
 * with bots in files, with a program in Python, and over real sockets.
 *
 *   npx tsx bench/auction-tournament.ts               five rounds, about a minute
 *   npx tsx bench/auction-tournament.ts --short       one short round
 *   npx tsx bench/auction-tournament.ts --only file   those whose name has this in it
 *
 * All kinds take turns within a round, so that a busy machine slows all of them. The output is
 * the medians of the rounds. A decision is one question to one bot.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/common/index.ts';
import {
  type Bot,
  type GameRunner,
  inProcess,
  openBots,
  overSockets,
  playTournament,
} from '../src/auction/index.ts';
import { familyTime } from './support/family.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const ROUNDS = values.short ? 1 : 5;
/** Milliseconds of games for one kind in one round. */
const TURN = values.short ? 500 : 2000;

const folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
const inJavaScript = join(folder, 'share.mjs');
writeFileSync(
  inJavaScript,
  'export const determineBid = (view) => Math.floor(view.me.money / 3);\n',
);
const inPython = join(folder, 'share.py');
writeFileSync(
  inPython,
  `import json, sys
for line in sys.stdin:
    print(json.dumps({"bid": json.loads(line)["me"]["money"] // 3}), flush=True)
`,
);

interface Kind {
  name: string;
  bots: string[];
  runner: GameRunner;
  /** How many games are played at the same time: 1 unless told otherwise. */
  atOnce?: number;
}

const kinds: Kind[] = [
  { name: 'built-in, 3 seats', bots: ['random', 'target', 'blocker'], runner: inProcess },
  {
    name: 'built-in, all 5',
    bots: ['random', 'patient', 'target', 'blocker', 'expected-value'],
    runner: inProcess,
  },
  {
    name: 'one of 3 in a file',
    bots: [inJavaScript, 'target', 'blocker'],
    runner: inProcess,
  },
  {
    name: 'one of 3 in a file, two games at once',
    bots: [inJavaScript, 'target', 'blocker'],
    runner: inProcess,
    atOnce: 2,
  },
  { name: 'ten in files', bots: Array<string>(10).fill(inJavaScript), runner: inProcess },
  {
    name: 'ten in files, two games at once',
    bots: Array<string>(10).fill(inJavaScript),
    runner: inProcess,
    atOnce: 2,
  },
  {
    name: 'built-in, over TCP',
    bots: ['random', 'target', 'blocker'],
    runner: overSockets('tcp'),
  },
  {
    name: 'built-in, over UDP',
    bots: ['random', 'target', 'blocker'],
    runner: overSockets('udp'),
  },
];
if (spawnSync('python3', ['--version']).status === 0) {
  const bots = [`exec:python3 "${inPython}"`, 'target', 'blocker'];
  kinds.splice(3, 0, { name: 'one of 3 in Python', bots, runner: inProcess });
}

interface Speed {
  games: number;
  decisions: number;
  /** Microseconds of processor time for each decision, of all processes; 0 if unknown. */
  cpu: number;
}

/** Plays for about as long as a turn takes. */
async function turn(tables: readonly Bot[][], runner: GameRunner): Promise<Speed> {
  const [bots = [], ...moreTables] = tables;
  let [games, decisions, seconds] = [0, 0, 0];
  const before = familyTime();
  for (let size = bots.length; seconds * 1000 < TURN; size *= 2) {
    const auction = { seed: `bench ${size}` };
    const result = await playTournament(bots, {
      games: size,
      auction,
      runner,
      moreTables,
    });
    games += result.played;
    decisions += result.rounds * bots.length;
    seconds += result.seconds;
  }
  const used = (familyTime() ?? 0) - (before ?? 0);
  const cpu = (used * 1e6) / decisions;
  return { games: games / seconds, decisions: decisions / seconds, cpu };
}

const { only = '' } = values;
/** The bots of each table. */
const opened = new Map<Kind, Bot[][]>();
const speeds = new Map<Kind, Speed[]>();
try {
  for (const kind of kinds.filter(({ name }) => name.includes(only))) {
    const tables: Bot[][] = [];
    opened.set(kind, tables);
    for (let table = 0; table < (kind.atOnce ?? 1); table += 1) {
      tables.push(await openBots(kind.bots));
    }
    await turn(tables, kind.runner); // to warm up
    speeds.set(kind, []);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [kind, tables] of opened) {
      speeds.get(kind)!.push(await turn(tables, kind.runner));
    }
  }
} finally {
  await Promise.all([...opened.values()].flat(2).map((bot) => bot.close()));
  rmSync(folder, { recursive: true, force: true });
}

console.log(`${machine()}; ${ROUNDS} rounds of ${TURN} ms each\n`);
console.log(row('tournament', 'games/s', 'decisions/s', 'CPU µs a decision'));
console.log(row('---', '--:', '--:', '--:'));
for (const [{ name }, all] of speeds) {
  const middle = (what: keyof Speed): string =>
    Math.round(median(all.map((speed) => speed[what]))).toLocaleString('en');
  console.log(row(name, middle('games'), middle('decisions'), middle('cpu')));
}
