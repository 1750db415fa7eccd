/**
 * The ladder beside others that carry a megabyte over the same link: a kernel's TCP, and ENet.
 *
 *   sudo npx tsx bench/ladder-peers.ts          30 runs of each: the table of docs/ladder.md
 *   … --runs 5 --at-once 2                      fewer; how many go on side by side
 *   … --losses 0,5                              per cent, lost in each direction
 *
 * The link takes 20 ms each way, and its rate is not limited. Run n of everyone has seed n. What
 * each figure is:
 *
 *   virtual       a rung of the ladder in virtual time
 *   real          the same rung on real datagrams, through a relay
 *   kernel        TCP of this machine's kernel, cubic, between two network namespaces
 *                 (test/interop/link/kernel); needs Linux and root
 *   ENet          reliable packets through the same relay (enet-bulk.c); needs cc and libenet-dev
 *
 * The ladder's fates follow who a packet is; those of the kernel's and of ENet's packets count
 * them. All figures are kB/s, the median of the runs with an interval that contains the true
 * median in 95 of 100 experiments.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  linkOf,
  type LinkOptions,
  openDatagramRelay,
} from '../src/network/link/index.ts';
import { drive } from '../src/network/reliable/drive.ts';
import { rungOptions, type RungOptions } from '../src/network/reliable/options.ts';
import { type Rung, RUNGS } from '../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../src/network/reliable/simulate.ts';
import { messagesPerSecond } from '../src/network/reliable/formula.ts';
import { kernelRun, whyNoKernelLink } from '../test/interop/link/kernel/measure.ts';
import { medianInterval } from './support/interval.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    'at-once': { type: 'string', default: '4' },
    losses: { type: 'string', default: '0,1,5,20' },
  },
});
const RUNS = Number(values.runs);
const AT_ONCE = Number(values['at-once']);
const LOSSES = values.losses.split(',').map(Number);
const DELAY = 20;
/** A megabyte in TCP's full segments: the ladder's packets carry as much each. */
const SEGMENTS = 691;
const SEGMENT = 1448;
const BYTES = SEGMENTS * SEGMENT;
/** ENet puts as many of its packets into a datagram of 1,400 bytes as fit, or cuts them. */
const ENET = { packets: 1000, size: 1000 };
/** A kernel's TCP takes minutes for a megabyte beyond. */
const MOST_KERNEL_LOSS = 5;
/** A window that keeps a lossy link busy, and a time-out a little above the round trip. */
const TUNED: Partial<RungOptions> = { window: 128, timeout: 60 };

const messages = Array.from({ length: SEGMENTS }, () => new Uint8Array(SEGMENT));
const linkFor = (loss: number, seed: number): LinkOptions => ({
  delay: DELAY,
  loss: loss / 100,
  seed,
});

/** Somebody who carries the megabyte; kB/s in the run with this seed. */
interface Contender {
  name: string;
  carry: (loss: number, seed: number) => number | Promise<number>;
}

const goodput = (bytes: number, milliseconds: number): number => bytes / milliseconds;

function virtual(rung: Rung, options: RungOptions): Contender['carry'] {
  return (loss, seed) => {
    const link = linkOf(linkFor(loss, seed));
    return goodput(BYTES, simulate({ rung, options, link, messages }).time);
  };
}

function real(rung: Rung, options: RungOptions): Contender['carry'] {
  return async (loss, seed) => {
    const run = await drive({ rung, options, link: linkFor(loss, seed), messages });
    if (run.end !== 'done') throw new Error(`${rung.name}, seed ${seed}: ${run.end}`);
    return goodput(BYTES, run.time);
  };
}

async function kernel(loss: number, seed: number): Promise<number> {
  if (loss > MOST_KERNEL_LOSS) return NaN;
  const { times } = await kernelRun({
    link: `delay=${DELAY}ms,loss=${loss}%,seed=${seed}`,
    messages: SEGMENTS,
    every: 0,
    size: SEGMENT,
  });
  return goodput(BYTES, times.at(-1)![1]);
}

function enet(program: string): Contender['carry'] {
  return async (loss, seed) => {
    const child = spawn(program, [ENET.packets, ENET.size].map(String), {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const number = async (): Promise<number> => Number((await lines.next()).value);
    const relay = await openDatagramRelay({
      listen: { host: '127.0.0.1', port: 0 },
      to: { host: '127.0.0.1', port: await number() },
      link: linkFor(loss, seed),
    });
    child.stdin.write(`${relay.address.port}\n`);
    const milliseconds = await number();
    await relay.close();
    if (!(milliseconds > 0)) throw new Error(`ENet, seed ${seed}: it did not finish`);
    return goodput(ENET.packets * ENET.size, milliseconds);
  };
}

/** Compiles ENet's program; undefined, and a word about it, where that cannot be done. */
function enetProgram(folder: string): string | undefined {
  const program = join(folder, 'enet-bulk');
  const source = fileURLToPath(new URL('enet-bulk.c', import.meta.url));
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', program, source, '-lenet'], {
    encoding: 'utf8',
  });
  if (status === 0) return program;
  console.log(`Without ENet: it needs cc and libenet-dev. ${stderr ?? ''}`);
  return undefined;
}

/** A figure for each seed, some of them at a time: they mostly wait. */
async function figures({ carry }: Contender, loss: number): Promise<number[]> {
  const seeds = Array.from({ length: RUNS }, (_, index) => index + 1);
  const found: number[] = [];
  const work = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      found.push(await carry(loss, seed));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

const named = (name: string): Rung => RUNGS.find((rung) => rung.name === name)!;
const [usual, tuned] = [rungOptions(), rungOptions(TUNED)];
const [top, repeat] = [named('congestion-control'), named('selective-repeat')];
const folder = mkdtempSync(join(tmpdir(), 'socketlab-bench-'));
const program = enetProgram(folder);
const why = whyNoKernelLink();
if (why !== undefined) console.log(`Without a kernel's TCP: ${why}`);
const contenders: Contender[] = [
  { name: 'congestion-control, virtual', carry: virtual(top, usual) },
  { name: 'congestion-control, real', carry: real(top, usual) },
  { name: 'selective-repeat, virtual', carry: virtual(repeat, tuned) },
  { name: 'selective-repeat, real', carry: real(repeat, tuned) },
  ...(why === undefined ? [{ name: "the kernel's TCP", carry: kernel }] : []),
  ...(program === undefined ? [] : [{ name: 'ENet', carry: enet(program) }]),
];
console.log(`${machine()}, Linux ${release()}, ${RUNS} runs each, ${AT_ONCE} at a time`);
console.log(`selective-repeat: window ${tuned.window}, time-out ${tuned.timeout} ms\n`);
console.log(row('1 MB, kB/s [95 %]', ...LOSSES.map((loss) => `${loss} % lost each way`)));
console.log(row('---', ...LOSSES.map(() => '--:')));
for (const contender of contenders) {
  const cells: string[] = [];
  for (const loss of LOSSES) {
    const { low, middle, high } = medianInterval(await figures(contender, loss));
    const shown = `${middle.toFixed(0)} [${low.toFixed(0)}–${high.toFixed(0)}]`;
    cells.push(Number.isNaN(middle) ? '–' : shown);
  }
  console.log(row(contender.name, ...cells));
}
rmSync(folder, { recursive: true });

const stopAndWait = named('stop-and-wait');
const load = { link: linkOf(linkFor(5, 1)), options: usual, size: SEGMENT };
const formula = goodput(messagesPerSecond(stopAndWait, load)! * SEGMENT, 1000);
const found = await figures({ name: '', carry: virtual(stopAndWait, usual) }, 5);
const mean = found.length / found.reduce((sum, one) => sum + 1 / one, 0);
console.log(
  `\nstop-and-wait at 5 %: ${mean.toFixed(2)} kB/s in the mean, ${formula.toFixed(2)} by its formula`,
);
