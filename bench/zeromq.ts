/**
 * How fast is our ZeroMQ, compared with other implementations?
 *
 *   npm run bench:zeromq                       everything, about twelve minutes
 *   npm run bench:zeromq -- --short            one round of three measurements, a minute
 *   npm run bench:zeromq -- --only 'PUSH'      those whose name contains it
 *   npm run bench:zeromq -- --rounds 3
 *   npm run bench:zeromq -- --scale            many connections, and large messages inproc
 *
 * Sender and receiver are processes of their own. The contenders take turns within each
 * round, so that a busy machine slows all of them; ratios are taken within each round, and
 * everything printed is the median of the rounds. High-water marks are the usual ones, 1000.
 * After each rate are the microseconds of processor time for each message, for both processes
 * and all their threads: a busy machine disturbs those least.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../src/common/index.ts';
import { machine, row } from './support/print.ts';
import {
  BARE,
  C,
  type Contender,
  contenders,
  folder,
  NATIVE,
  OURS,
  type Result,
  timed,
  type Work,
} from './support/zmq-contenders.ts';

interface Measurement {
  name: string;
  roles: Work['roles'];
  transport: 'tcp' | 'ipc' | 'ws' | 'inproc';
  size: number;
  peers?: number;
  /** How many messages take the quick about half a second. */
  count: number;
  /** At least this many times as fast as that one. */
  targets?: Partial<Record<string, number>>;
  short?: boolean;
  /** Of many connections: only with `--scale`, and only in Node. */
  scale?: boolean;
}

const PIPE = ['pull', 'push'] as const;
const MEASUREMENTS: Measurement[] = [
  {
    name: 'PUSH→PULL, 16 B, tcp',
    roles: PIPE,
    transport: 'tcp',
    size: 16,
    count: 2_000_000,
    targets: { [NATIVE]: 12, [C]: 0.8 },
    short: true,
  },
  {
    name: 'PUSH→PULL, 100 B, tcp',
    roles: PIPE,
    transport: 'tcp',
    size: 100,
    count: 1_500_000,
    targets: { [NATIVE]: 12, [C]: 0.8 },
  },
  {
    name: 'PUSH→PULL, 1 KiB, tcp',
    roles: PIPE,
    transport: 'tcp',
    size: 1024,
    count: 500_000,
    targets: { [NATIVE]: 5, [C]: 1.5 },
    short: true,
  },
  {
    name: 'PUSH→PULL, 64 KiB, tcp',
    roles: PIPE,
    transport: 'tcp',
    size: 65_536,
    count: 16_000,
    targets: { [NATIVE]: 1 },
  },
  {
    name: 'PUSH→PULL, 1 MiB, tcp',
    roles: PIPE,
    transport: 'tcp',
    size: 2 ** 20,
    count: 1000,
    targets: { [NATIVE]: 1 },
  },
  {
    name: 'REQ/REP round trips, 16 B, tcp',
    roles: ['rep', 'req'],
    transport: 'tcp',
    size: 16,
    count: 40_000,
    targets: { [NATIVE]: 1.7, [C]: 1, [BARE]: 0.8 },
    short: true,
  },
  {
    name: 'PUB→1 SUB, 100 B, half filtered, tcp',
    roles: ['xpub', 'sub'],
    transport: 'tcp',
    size: 100,
    peers: 1,
    count: 500_000,
  },
  {
    name: 'PUB→10 SUB, 100 B, half filtered, tcp, each',
    roles: ['xpub', 'sub'],
    transport: 'tcp',
    size: 100,
    peers: 10,
    count: 100_000,
    targets: { [NATIVE]: 6, [C]: 1 },
  },
  {
    name: 'PUSH→PULL, 100 B, ipc',
    roles: PIPE,
    transport: 'ipc',
    size: 100,
    count: 1_500_000,
  },
  {
    name: 'REQ/REP round trips, 16 B, ipc',
    roles: ['rep', 'req'],
    transport: 'ipc',
    size: 16,
    count: 40_000,
  },
  {
    name: 'PUSH→PULL, 100 B, ws',
    roles: PIPE,
    transport: 'ws',
    size: 100,
    count: 500_000,
    targets: { [NATIVE]: 1 },
  },
  {
    name: 'PUSH→PULL, 64 KiB, ws',
    roles: PIPE,
    transport: 'ws',
    size: 65_536,
    count: 8000,
    targets: { [NATIVE]: 1 },
  },
  {
    name: 'REQ/REP round trips, 16 B, ws',
    roles: ['rep', 'req'],
    transport: 'ws',
    size: 16,
    count: 20_000,
    targets: { [NATIVE]: 1 },
  },
  {
    name: 'PUSH→PULL, 100 B, inproc',
    roles: ['inproc'],
    transport: 'inproc',
    size: 100,
    count: 1_000_000,
  },
  {
    name: 'PUSH→PULL, 1 MiB, inproc',
    roles: ['inproc'],
    transport: 'inproc',
    size: 2 ** 20,
    count: 4000,
    scale: true,
  },
  {
    name: 'PUSH→1000 PULL, 16 B, tcp, all',
    roles: ['fan', 'pulls'],
    transport: 'tcp',
    size: 16,
    peers: 1000,
    count: 400_000,
    scale: true,
  },
  {
    name: 'ROUTER→1000 DEALER, 16 B, tcp, round trips of all',
    roles: ['router', 'dealers'],
    transport: 'tcp',
    size: 16,
    peers: 1000,
    count: 60_000,
    scale: true,
  },
  {
    name: 'PUB→1000 SUB, 100 B, half filtered, tcp, each',
    roles: ['xpub', 'sub'],
    transport: 'tcp',
    size: 100,
    peers: 1000,
    count: 400,
    scale: true,
  },
  {
    name: 'connect, ask, hear, close, 64 at a time, tcp',
    roles: ['rep', 'visits'],
    transport: 'tcp',
    size: 16,
    count: 8000,
    scale: true,
  },
  {
    name: '2000 clients of a restarted server, each answered, tcp',
    roles: ['restarted', 'returning'],
    transport: 'tcp',
    size: 16,
    count: 2000,
    scale: true,
  },
];

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    scale: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
});
const rounds = Number(values.rounds ?? (values.short ? 1 : 7));
/** Bare sockets know nothing about subscribers, and have nothing inside one process. */
function canDo({ name }: Contender, { roles, transport, scale }: Measurement): boolean {
  if (scale) return name === OURS || name === NATIVE;
  if (transport === 'ws') return name === OURS || name === NATIVE; // Debian's libzmq has none
  return name !== BARE || roles[0] === 'pull' || roles[0] === 'rep';
}

/** Of a contender of which not every message came. */
const UNFINISHED: Result = { rate: NaN, cpu: NaN };

let paths = 0;
function workOf(contender: Contender, measurement: Measurement): Work {
  const { roles, transport, size, count, peers = 1 } = measurement;
  paths += 1;
  const address =
    transport === 'ipc'
      ? `ipc://${join(folder, String(paths))}`
      : `${transport === 'inproc' ? 'tcp' : transport}://127.0.0.1:*`;
  // Those who take a microsecond or more for each small message get fewer of them.
  const few =
    contender.speed === 'slow' && size <= 1024 && roles[0] !== 'rep' && !measurement.scale
      ? 0.15
      : 1;
  return { roles, address, size, peers, count: Math.ceil(count * few) };
}

const all = contenders();
console.log(`${machine()}; ${rounds} rounds\n`);
console.log(row('measurement', ...all.map(({ name }) => `${name}, /s (µs)`), 'ours is'));
console.log(row('---', ...all.map(() => '--:'), '---'));

const wanted = MEASUREMENTS.filter(
  ({ name, short, scale = false }) =>
    name.includes(values.only) && (!values.short || short) && scale === values.scale,
);
for (const measurement of wanted) {
  const rates = new Map<string, Result[]>();
  for (let round = 0; round < rounds; round += 1) {
    // Each begins a round once: who is first finds the machine as the last one left it.
    for (let turn = 0; turn < all.length; turn += 1) {
      const contender = all[(round + turn) % all.length]!;
      if (!canDo(contender, measurement)) continue;
      const result = await timed(contender, workOf(contender, measurement)).catch(
        (error: unknown) => {
          // libzmq loses the end of what a sender that closes has sent over ipc, now and then.
          if (contender.name === OURS) throw error;
          return UNFINISHED;
        },
      );
      const list = rates.get(contender.name) ?? [];
      rates.set(contender.name, list);
      list.push(result);
    }
  }
  const cells = all.map(({ name }) => {
    const list = rates.get(name);
    if (!list) return '';
    const whole = list.filter((one) => one !== UNFINISHED);
    if (whole.length === 0) return 'lost some';
    const rate = Math.round(median(whole.map((one) => one.rate))).toLocaleString('en');
    return `${rate} (${Number(median(whole.map((one) => one.cpu)).toPrecision(2))})`;
  });
  console.log(row(measurement.name, ...cells, verdict(rates, measurement.targets ?? {})));
}

function verdict(rates: Map<string, Result[]>, targets: object): string {
  const ours = rates.get(OURS)!;
  const words: string[] = [];
  for (const [name, list] of rates) {
    if (name === OURS) continue;
    const ratios = ours.map(({ rate }, round) => rate / list[round]!.rate);
    const ratio = median(ratios.filter((one) => !Number.isNaN(one)));
    if (Number.isNaN(ratio)) continue;
    const target = (targets as Partial<Record<string, number>>)[name];
    const judged =
      target === undefined
        ? ''
        : ` (target ${target}: ${ratio >= target ? 'met' : 'missed'})`;
    words.push(`${ratio.toFixed(2)}× ${name}${judged}`);
  }
  return words.join(', ');
}
