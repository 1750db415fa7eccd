/**
 * What does awaiting cost? Echoes over loopback, one at a time, with Node's sockets and
 * callbacks, and with our sockets.
 *
 *   npm run bench:sockets               nine rounds, about a minute
 *   npm run bench:sockets -- --short    three short rounds, under 20 s
 *
 * Each echo server is a separate process of the same kind as its client. The kinds take
 * turns within each round, in changing order, so that a busy machine slows both sides; the
 * ratio is taken within each round, and everything printed is the median of the rounds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, percentile } from '../src/common/index.ts';
import { type Client, clients } from './support/echo-clients.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false } },
});
const ROUNDS = values.short ? 3 : 9;
/** Milliseconds of echoes for one kind and size in one round. */
const TURN = values.short ? 400 : 800;
const SIZES = [64, 1024];

const PAIRS = [
  { raw: 'raw-udp', ours: 'our-udp', names: ['node:dgram', 'DatagramSocket'] },
  { raw: 'raw-tcp', ours: 'our-tcp', names: ['node:net', 'ConnectionSocket'] },
] as const;

interface Turn {
  /** Round trips a second. */
  rate: number;
  p50: number;
  p99: number;
}

async function turn(client: Client, size: number, length: number): Promise<Turn> {
  const took: number[] = [];
  const start = performance.now();
  await client.run(Buffer.alloc(size, 'x'), (microseconds) => {
    took.push(microseconds);
    return performance.now() - start < length;
  });
  const seconds = (performance.now() - start) / 1000;
  return {
    rate: took.length / seconds,
    p50: percentile(took, 50),
    p99: percentile(took, 99),
  };
}

const servers: ChildProcess[] = [];
async function startPair(kind: string): Promise<Client> {
  const program = fileURLToPath(new URL('support/echo-server.ts', import.meta.url));
  const child = fork(program, [kind]);
  servers.push(child);
  const [port] = (await once(child, 'message')) as [number];
  return clients[kind]!(port);
}

/** Both of a pair, for each round. */
type Rounds = { raw: Turn; ours: Turn }[];

const results = new Map<string, Rounds>();
const started = new Map<string, Client>();
for (const { raw, ours } of PAIRS) {
  for (const kind of [raw, ours]) {
    const client = await startPair(kind);
    started.set(kind, client);
    for (const size of SIZES) await turn(client, size, TURN / 2); // to warm up
  }
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const size of SIZES) {
    for (const pair of PAIRS) {
      const [raw, ours] = [started.get(pair.raw)!, started.get(pair.ours)!];
      const key = `${pair.raw} ${size}`;
      const rounds = results.get(key) ?? [];
      results.set(key, rounds);
      if (round % 2 === 0) {
        const first = await turn(raw, size, TURN);
        rounds.push({ raw: first, ours: await turn(ours, size, TURN) });
      } else {
        const first = await turn(ours, size, TURN);
        rounds.push({ ours: first, raw: await turn(raw, size, TURN) });
      }
    }
  }
}

for (const client of started.values()) client.close();
for (const server of servers) server.disconnect();

console.log(`${machine()}; ${ROUNDS} rounds of ${TURN} ms each\n`);
console.log(row('echo', 'bytes', 'round trips/s', 'p50 µs', 'p99 µs', 'of the bare'));
console.log(row('---', '--:', '--:', '--:', '--:', '--:'));
for (const { raw, names } of PAIRS) {
  for (const size of SIZES) {
    const rounds = results.get(`${raw} ${size}`)!;
    const line = (name: string, turns: readonly Turn[], ratio: string): string =>
      row(
        name,
        size,
        Math.round(median(turns.map(({ rate }) => rate))).toLocaleString('en'),
        median(turns.map(({ p50 }) => p50)).toFixed(0),
        median(turns.map(({ p99 }) => p99)).toFixed(0),
        ratio,
      );
    const ratio = median(rounds.map((both) => both.ours.rate / both.raw.rate));
    console.log(
      line(
        names[0],
        rounds.map((both) => both.raw),
        '',
      ),
    );
    console.log(
      line(
        names[1],
        rounds.map((both) => both.ours),
        `${(ratio * 100).toFixed(1)} %`,
      ),
    );
  }
}
