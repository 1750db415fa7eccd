/**
 * How close is the model of a lossy TCP connection to the real thing? A kernel's TCP (cubic, no
 * delay) over a link that really loses packets, beside the model over the same link.
 *
 *   sudo npx tsx bench/link-calibration.ts              30 runs of each: the table of docs/link.md
 *   … --runs 5 --at-once 2                              fewer; how many go on side by side
 *   … --only '1 MB' --only '10 ms, 5 %'                 the rows that have all this in their names
 *   … --keep runs.jsonl                                 the kernel's runs are kept in this file, and
 *                                                       those that are in it are not made again
 *   … --keep runs.jsonl --kept                          only the rows that are in it whole: no root
 *   … --model 0.3 --runs 300                            only the model's figures, over links that
 *                                                       are 0.3 ms longer than they say: no root
 *   … --model 0.3 --apart                               the model joins nothing, as in compare
 *
 * Linux, as root: two network namespaces and two TUN devices, see
 * test/interop/link/kernel/kernel_link.py. Losses are in both directions, so that
 * acknowledgements are lost as well; only the handshake is spared.
 *
 * Run n of the kernel and run n of the model have seed n: the n-th packet of a direction has the
 * same fate in both. Each figure is the median of the runs; of the kernel's, with an interval that
 * contains the true median in 95 of 100 experiments (bench/support/interval.ts). A figure of the
 * model outside it is marked with its distance, unless the machine explains it: LATE milliseconds
 * below, and one above.
 *
 * The kernel's link is itself a little late: its timer counts whole milliseconds. How late is seen
 * where nothing is lost, and the model's link gets as much more delay.
 *
 * A run that takes longer than LONGEST counts as one that took exactly that long.
 *
 * A run in which this machine was late is thrown away and made again: one in which more than one in
 * a hundred packets or messages were more than LATE milliseconds behind their time. How many there
 * were, and how late those were that count, is said at the end.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { median, percentile } from '../src/common/index.ts';
import {
  kernelRun,
  type KernelRun,
  latencies,
  LONGEST,
  modelledTimes,
  type Scenario,
  type Times,
  whyNoKernelLink,
} from '../test/interop/link/kernel/measure.ts';
import { medianInterval } from './support/interval.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    'at-once': { type: 'string', default: '4' },
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'string' },
    kept: { type: 'boolean', default: false },
    model: { type: 'string' },
    apart: { type: 'boolean', default: false },
  },
});
const RUNS = Number(values.runs);
const AT_ONCE = Number(values['at-once']);

const DELAYS = [1, 10, 50];
const LOSSES = [0, 1, 5, 10, 20];
/** As late may 99 of 100 packets be by no fault of TCP, milliseconds. */
const LATE = 5;
/** The kernel's link looks at its clock once in a millisecond. */
const CLOCK = 1;
/** How many runs of one row may be worth nothing before we give up. */
const TRIES = 200;

interface Kind {
  name: string;
  /** More of the link than its delay and loss. */
  more: string;
  scenario: Omit<Scenario, 'link'>;
  /** What is compared, in milliseconds. */
  figures: Record<string, (times: readonly Times[]) => number>;
}

const late = (p: number) => (times: readonly Times[]) => percentile(latencies(times), p);
const KINDS: readonly Kind[] = [
  {
    name: '300 messages of 32 bytes, one every 10 ms: latency in ms',
    more: '',
    scenario: { messages: 300, every: 10, size: 32 },
    figures: { p50: late(50), p90: late(90), p99: late(99) },
  },
  {
    name: '1 MB at once (691 packets) over 20 Mbit/s, a queue of 100: ms until the last byte',
    more: 'rate=20mbit,',
    scenario: { messages: 691, every: 0, size: 1448 },
    figures: { all: (times) => times.at(-1)![1] },
  },
];

const kept = new Map<string, KernelRun>();
if (values.keep !== undefined && existsSync(values.keep)) {
  for (const line of readFileSync(values.keep, 'utf8').split('\n').filter(Boolean)) {
    const { scenario, ...run } = JSON.parse(line) as KernelRun & { scenario: Scenario };
    kept.set(JSON.stringify(scenario), run);
  }
}
const why = whyNoKernelLink();
let discarded = 0;
const lateness: number[] = [];

/** One that counts: as often as need be, if this machine is busy. */
async function runOf(scenario: Scenario): Promise<readonly Times[]> {
  const known = kept.get(JSON.stringify(scenario));
  if (known) return known.times;
  if (why !== undefined) throw new Error(why);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const run = await kernelRun(scenario).catch((error: Error) => {
      console.error(`link-calibration: ${error.message.slice(0, 200)}`);
      return undefined;
    });
    if (!run || run.late > LATE) discarded += 1;
    else {
      lateness.push(run.late);
      if (values.keep !== undefined) {
        appendFileSync(values.keep, `${JSON.stringify({ scenario, ...run })}\n`);
      }
      return run.times;
    }
  }
  throw new Error(`${TRIES} times this machine was too busy to measure`);
}

/** A run for each seed, some of them at a time: they mostly wait. */
async function kernelRuns(scenarios: readonly Scenario[]): Promise<(readonly Times[])[]> {
  const runs: (readonly Times[])[] = [];
  const waiting = [...scenarios.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      runs[next[0]] = await runOf(next[1]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return runs;
}

const linkOf = (
  kind: Kind,
  delay: number,
  loss: number,
  seed: number,
  own = 0,
): Scenario => ({
  link: `delay=${delay + own}ms,loss=${loss}%,${kind.more}seed=${seed}`,
  ...kind.scenario,
});

const SEEDS = Array.from({ length: RUNS }, (_, index) => index + 1);
const isKept = (one: Scenario): boolean => kept.has(JSON.stringify(one));

/** By how many milliseconds the kernel's link is longer than it was asked to be. */
async function ownDelay(delay: number): Promise<number> {
  const [messages] = KINDS;
  const runs = await kernelRuns(SEEDS.map((seed) => linkOf(messages!, delay, 0, seed)));
  return Math.round((median(runs.map(late(50))) - delay) * 10) / 10;
}

/** `22 [20–25]`: to whole milliseconds, or tenths when there are few. */
function shown(value: number): string {
  if (value >= LONGEST) return `> ${LONGEST}`;
  return value.toFixed(value < 10 ? 1 : 0);
}

console.log(`${machine()}, Linux ${release()}, cubic, ${RUNS} runs each\n`);
let inside = 0;
let all = 0;
for (const kind of KINDS) {
  console.log(`\n${kind.name}\n`);
  const names = Object.keys(kind.figures);
  const heads = names.flatMap((one) => [`${one}: kernel [95 %]`, 'model']);
  console.log(row('one way, lost each way', ...heads));
  console.log(row('---', ...heads.map(() => '--:')));
  for (const delay of DELAYS) {
    const own = values.model === undefined ? await ownDelay(delay) : Number(values.model);
    for (const loss of LOSSES) {
      const title = `${delay} ms, ${loss} %`;
      const scenarios = SEEDS.map((seed) => linkOf(kind, delay, loss, seed));
      const whole = `${kind.name}, ${title}`;
      if (!values.only.every((part) => whole.includes(part))) continue;
      if (values.kept && !scenarios.every(isKept)) continue;
      const kernel = values.model === undefined ? await kernelRuns(scenarios) : undefined;
      const model = SEEDS.map((seed) =>
        modelledTimes(linkOf(kind, delay, loss, seed, own), !values.apart),
      );
      const cells = names.flatMap((figure) => {
        const ours = median(model.map(kind.figures[figure]!));
        if (!kernel) return ['–', shown(ours)];
        const { low, middle, high } = medianInterval(kernel.map(kind.figures[figure]!));
        const off = ours < low - LATE || ours > high + CLOCK;
        all += 1;
        if (!off) inside += 1;
        const apart = off ? ` (${(((ours - middle) / middle) * 100).toFixed()} %)` : '';
        return [
          `${shown(middle)} [${shown(low)}–${shown(high)}]`,
          `${shown(ours)}${apart}`,
        ];
      });
      console.log(row(title, ...cells));
    }
  }
}
if (values.model !== undefined) process.exit();
console.log(
  `\nThe model is inside the kernel's interval in ${inside} of ${all} figures.`,
);
console.log(
  lateness.length === 0
    ? 'All runs were kept from before.'
    : `Thrown away, because this machine was late: ${discarded} runs. ` +
        `Those that were made now were late by ${shown(median(lateness))} ms, the median of their p99.`,
);
