/**
 * How close is the model of a lossy TCP connection to the real thing? Compares a kernel's TCP
 * (cubic, no delay) over a link that really loses packets with the model over the same link.
 *
 *   sudo npx tsx bench/link-calibration.ts             20 runs of eight seconds, half an hour
 *   sudo npx tsx bench/link-calibration.ts --short     8 of four seconds: the table of docs/link.md
 *   … --only '50 ms'                                   the rows that have this in their name
 *
 * Linux, as root: two network namespaces and two TUN devices, see
 * test/interop/link/kernel/kernel_link.py. Losses are in both directions, so that
 * acknowledgements are lost as well; only the handshake is spared.
 *
 * Each percentile is the median of the runs: those of the kernel, with the least and the
 * greatest, and 100 of the model. A stall is when for more than 150 ms nothing could be read:
 * so many for each run, in the mean. A run in which this machine was late is thrown away and
 * made again; how many there were is said at the end. Two runs go on at the same time, which
 * on two cores makes none of them later.
 */
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { median, percentile } from '../src/common/index.ts';
import {
  kernelRun,
  latencies,
  modelledTimes,
  type Scenario,
  stalls,
  type Times,
  whyNoKernelLink,
} from '../test/interop/link/kernel/measure.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const why = whyNoKernelLink();
if (why !== undefined) {
  console.error(`link-calibration: ${why}`);
  process.exit(1);
}

const RUNS = values.short ? 8 : 20;
const AT_ONCE = 2;
const SEEDS = 100;
const seconds = values.short ? 4 : 8;

interface Row {
  name: string;
  link: string;
  every: number;
  seconds?: number;
}

const MESSAGES: readonly Row[] = [
  { name: '50 ms, nothing lost, every 10 ms', link: 'delay=50ms', every: 10 },
  { name: '50 ms, 1 % lost, every 10 ms', link: 'delay=50ms,loss=1%', every: 10 },
  { name: '50 ms, 5 % lost, every 10 ms', link: 'delay=50ms,loss=5%', every: 10 },
  { name: '50 ms, 10 % lost, every 10 ms', link: 'delay=50ms,loss=10%', every: 10 },
  {
    name: 'the same, the first second',
    link: 'delay=50ms,loss=10%',
    every: 10,
    seconds: 1,
  },
  { name: '50 ms, 20 % lost, every 10 ms', link: 'delay=50ms,loss=20%', every: 10 },
  { name: '50 ms, 10 % lost, every 50 ms', link: 'delay=50ms,loss=10%', every: 50 },
  { name: '10 ms, 10 % lost, every 10 ms', link: 'delay=10ms,loss=10%', every: 10 },
  { name: '2 ms, 10 % lost, every 10 ms', link: 'delay=2ms,loss=10%', every: 10 },
];

const BULK: readonly Row[] = [
  { name: '1 MB, 20 ms, nothing lost', link: 'delay=20ms', every: 0 },
  { name: '1 MB, 20 ms, 1 % lost', link: 'delay=20ms,loss=1%', every: 0 },
  { name: '1 MB, 20 ms, 5 % lost', link: 'delay=20ms,loss=5%', every: 0 },
  {
    name: '1 MB, 20 ms, 10 Mbit/s, queue of 50',
    link: 'delay=20ms,rate=10mbit,queue=50',
    every: 0,
  },
];

function chosen(rows: readonly Row[]): Row[] {
  return rows.filter(({ name }) => name.includes(values.only));
}

/** Of several runs: the median, and if they differ the least and the greatest. */
function spread(runs: readonly number[], digits = 0): string {
  const [least, middle, most] = [Math.min(...runs), median(runs), Math.max(...runs)].map(
    (value) => value.toFixed(digits),
  );
  return least === most ? `${middle}` : `${middle} (${least}–${most})`;
}

const PERCENTILES = [50, 90, 99];

function late(runs: readonly Times[][], p: number): number[] {
  return runs.map((run) => percentile(latencies(run), p));
}

/** `113 / 250 / 430` */
function medians(runs: readonly Times[][]): string {
  return PERCENTILES.map((p) => median(late(runs, p)).toFixed()).join(' / ');
}

/** `4.8` */
function stallsOf(runs: readonly Times[][]): string {
  return (runs.reduce((sum, run) => sum + stalls(run), 0) / runs.length).toFixed(1);
}

/** As late may 99 of 100 packets be by no fault of TCP, milliseconds. */
const MOST_LATE = 15;
/** How many runs in a row may be worth nothing before we give up. */
const TRIES = 15;
let discarded = 0;

async function runOf(scenario: Scenario): Promise<Times[]> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { times, late } = await kernelRun(scenario);
    if (late <= MOST_LATE) return times;
    discarded += 1;
  }
  console.error(`link-calibration: ${TRIES} times this machine was too busy to measure`);
  process.exit(1);
}

async function runsOf(scenario: (seed: number) => Scenario): Promise<Times[][]> {
  const runs: Times[][] = [];
  for (let seed = 1; seed <= RUNS; seed += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, index) => scenario(seed + index));
    runs.push(...(await Promise.all(some.map(runOf))));
  }
  return runs;
}

function seedsOf(scenario: (seed: number) => Scenario, join: boolean): Times[][] {
  return Array.from({ length: SEEDS }, (_, index) =>
    modelledTimes(scenario(index + 1), join),
  );
}

console.log(`${machine()}, Linux ${release()}\n`);
const heads = ['p50', 'p90', 'p99'].map((p) => `kernel ${p}`);
console.log(
  row(
    'one way, loss, messages of 32 bytes',
    ...heads,
    'model',
    'with `segment`',
    'stalls: kernel / model / with `segment`',
  ),
);
console.log(row('---', '--:', '--:', '--:', '--:', '--:', '--:'));
for (const { name, link, every, seconds: limit = seconds } of chosen(MESSAGES)) {
  const scenario = (seed: number): Scenario => ({
    link: `${link},seed=${seed}`,
    messages: Math.round((limit * 1000) / every),
    every,
    size: 32,
  });
  const kernel = await runsOf(scenario);
  const models = [true, false].map((join) => seedsOf(scenario, join));
  console.log(
    row(
      name,
      ...PERCENTILES.map((p) => spread(late(kernel, p))),
      ...models.map(medians),
      [kernel, ...models].map(stallsOf).join(' / '),
    ),
  );
}

console.log(`\n${row('all at once', 'kernel, seconds', 'model, seconds')}`);
console.log(row('---', '--:', '--:'));
for (const { name, link } of chosen(BULK)) {
  const scenario = (seed: number): Scenario => ({
    link: `${link},seed=${seed}`,
    messages: 700,
    every: 0,
    size: 1448,
  });
  const last = (runs: Times[][]): string =>
    spread(
      runs.map((run) => run.at(-1)![1] / 1000),
      2,
    );
  console.log(row(name, last(await runsOf(scenario)), last(seedsOf(scenario, true))));
}
console.log(`\nThrown away, because this machine was late: ${discarded} runs`);
