/**
 * What does tracing cost? Echoes over loopback, one at a time, between two processes that are
 * both traced or both not.
 *
 *   npm run bench:trace                fifteen rounds, about a minute
 *   npm run bench:trace -- --short     three rounds, under 20 s
 *
 * Both pairs run all the time and take turns within each round, in changing order, so that a
 * busy machine slows both. The overhead is that of the median round trip (p50), which other
 * programs disturb the least; the ratio is taken within each round, and everything printed is
 * the median of the rounds. The programs use Node's bare sockets, where the relative cost is
 * largest. Traced means with previews and with the lines of calls.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from '../src/common/index.ts';
import { beginRecording } from '../src/trace/index.ts';
import { machine, row } from './support/print.ts';
import type { Done, Task } from './trace-echo-client.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    'no-lines': { type: 'boolean', default: false },
  },
});
const ROUNDS = values.short ? 3 : 15;
/** Milliseconds of echoes for one pair and size in one round. */
const TURN = 500;
/** Until V8 has made the most of both. */
const WARM_UP = 800;
const SIZES = [64, 1024];
const KINDS = { 'raw-udp': 'node:dgram', 'raw-tcp': 'node:net' } as const;

const out = join(tmpdir(), `trace-overhead-${process.pid}.jsonl`);
const recording = beginRecording(out, { lines: !values['no-lines'] });
const children: ChildProcess[] = [];

async function start(name: string, args: string[], env: object): Promise<unknown[]> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const child = fork(file, args, { env: { ...process.env, ...env } });
  children.push(child);
  const [message] = (await once(child, 'message')) as unknown[];
  return [child, message];
}

/** A server and a client of one kind; returns the client. */
async function startPair(kind: string, env: object): Promise<ChildProcess> {
  const [, port] = await start('support/echo-server.ts', [kind], env);
  const [client] = await start('trace-echo-client.ts', [kind, String(port)], env);
  return client as ChildProcess;
}

async function turn(client: ChildProcess, size: number, length: number): Promise<Done> {
  const task: Task = { size, length };
  client.send(task);
  const [done] = (await once(client, 'message')) as [Done];
  return done;
}

type Round = Record<'bare' | 'traced', Done>;
const rounds = new Map<string, Round[]>();

const pairs = new Map<string, Record<'bare' | 'traced', ChildProcess>>();
for (const kind of Object.keys(KINDS)) {
  const pair = {
    bare: await startPair(kind, {}),
    traced: await startPair(kind, recording.env()),
  };
  pairs.set(kind, pair);
  for (const client of Object.values(pair)) {
    for (const size of SIZES) await turn(client, size, WARM_UP);
  }
}

for (let round = 0; round < ROUNDS; round += 1) {
  for (const size of SIZES) {
    for (const [kind, { bare, traced }] of pairs) {
      const key = `${kind} ${size}`;
      const both: Partial<Round> = {};
      if (round % 2 === 0) both.bare = await turn(bare, size, TURN);
      both.traced = await turn(traced, size, TURN);
      both.bare ??= await turn(bare, size, TURN);
      rounds.set(key, [...(rounds.get(key) ?? []), both as Round]);
    }
  }
}

for (const child of children) child.disconnect();
recording.discard();
rmSync(out, { force: true });

console.log(`${machine()}; ${ROUNDS} rounds of ${TURN} ms each\n`);
console.log(row('echo', 'bytes', '', 'round trips/s', 'p50 µs', 'p99 µs', 'overhead'));
console.log(row('---', '--:', '---', '--:', '--:', '--:', '--:'));
for (const [kind, name] of Object.entries(KINDS)) {
  for (const size of SIZES) {
    const all = rounds.get(`${kind} ${size}`)!;
    const ratio = median(all.map(({ bare, traced }) => traced.p50 / bare.p50));
    for (const which of ['bare', 'traced'] as const) {
      const turns = all.map((round) => round[which]);
      console.log(
        row(
          name,
          size,
          which,
          Math.round(median(turns.map(({ rate }) => rate))).toLocaleString('en'),
          median(turns.map(({ p50 }) => p50)).toFixed(1),
          median(turns.map(({ p99 }) => p99)).toFixed(0),
          which === 'bare' ? '' : `${((ratio - 1) * 100).toFixed(1)} %`,
        ),
      );
    }
  }
}
