/**
 * How many runs of the ladder are simulated in a second: 50 messages, up to 40 % lost each way.
 *
 *   npx tsx bench/ladder-runs.ts                   300 seeds of each rung, five times
 *   … --seeds 2000 --rounds 3 --rungs go-back-n
 *
 * The luck is that of test/unit/network/reliable/properties.test.ts. A second is one of processor
 * time, garbage collection included, so that a busy machine says nearly the same. Runs do not
 * depend on each other: two cores make twice as many. Each figure is the best of the rounds.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { linkOf } from '../src/network/link/index.ts';
import { rungOptions } from '../src/network/reliable/options.ts';
import { type Rung, RUNGS } from '../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../src/network/reliable/simulate.ts';
import { badLuck, optionsUnder } from '../test/support/bad-luck.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '5' },
    rungs: { type: 'string', default: RUNGS.map(({ name }) => name).join(',') },
    'in-process': { type: 'boolean', default: false },
  },
});
const SEEDS = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const ROUNDS = Array.from({ length: Number(values.rounds) });
const names = values.rungs.split(',');
const messages = Array.from({ length: 50 }, (_, k) => Uint8Array.of(k, 255 - k, 1));

/** Microseconds of processor time. */
function timeOf(rung: Rung): number {
  const before = process.cpuUsage();
  for (const seed of SEEDS) {
    const options = rungOptions(optionsUnder(seed));
    const { end } = simulate({ rung, options, link: linkOf(badLuck(seed)), messages });
    if (end !== 'done') throw new Error(`${rung.name}, seed ${seed}: ${end}`);
  }
  const { system, user } = process.cpuUsage(before);
  return system + user;
}

/** Runs in a second, of each rung by itself: the code of one is faster than that of several. */
function alone(name: string): number {
  const words = ['--in-process', '--rungs', name, '--seeds', values.seeds];
  const self = [...process.execArgv, fileURLToPath(import.meta.url)];
  const told = execFileSync(process.execPath, [
    ...self,
    ...words,
    '--rounds',
    values.rounds,
  ]);
  return Number(told);
}

/** The same of several in this process. */
function together(rungs: readonly Rung[]): number[] {
  const rounds = ROUNDS.map(() => rungs.map(timeOf));
  return rungs.map((_, index) => {
    const best = Math.min(...rounds.map((times) => times[index]!));
    return (SEEDS.length * 1e6) / best;
  });
}

/** Of all rungs, each with as many runs. */
function all(figures: readonly number[]): string {
  const seconds = figures.reduce((sum, figure) => sum + 1 / figure, 0);
  return (figures.length / seconds).toFixed(0);
}

const rungs = RUNGS.filter(({ name }) => names.includes(name));
if (values['in-process']) console.log(together(rungs).join(' '));
else {
  const [each, mixed] = [rungs.map(({ name }) => alone(name)), together(rungs)];
  console.log(`${machine()}, ${SEEDS.length} seeds; runs in a second of one core\n`);
  console.log(row('', 'alone', 'all in one process'));
  console.log(row('---', '--:', '--:'));
  for (const [index, { name }] of rungs.entries()) {
    console.log(row(name, each[index]!.toFixed(0), mixed[index]!.toFixed(0)));
  }
  console.log(row('all', all(each), all(mixed)));
}
