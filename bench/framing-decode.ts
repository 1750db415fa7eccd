/**
 * Decoders only, without sockets: the same messages, in chunks of 64 KiB as from a socket.
 *
 * Rules. Every decoder hands over each message as one run of bytes, and the same code counts
 * them. `length-prefixed-stream` knows varint lengths only and gets the same messages in that
 * form, which is shorter; `it-length-prefixed` gets both forms. It gives lists of pieces,
 * so `subarray()` makes one run of each, as a user of the bytes has to. Each contender has a
 * process of its own; they take turns, and the ratio is taken within each round.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../src/common/index.ts';
import { CONTENDERS, type Contender } from './framing-contender.ts';
import { row } from './support/print.ts';

const CHILD = fileURLToPath(new URL('framing-contender.ts', import.meta.url));

async function measure(size: number, rounds: number): Promise<void> {
  const children = CONTENDERS.map((contender, index) => {
    const child = fork(CHILD, [String(index), String(size)], {
      execArgv: ['--import', 'tsx'],
    });
    return { contender, child, times: [] as number[] };
  });
  await Promise.all(children.map(({ child }) => once(child, 'message')));
  for (let round = 0; round < rounds; round += 1) {
    for (const { child, times } of children) {
      child.send('go');
      const [each] = (await once(child, 'message')) as [number];
      times.push(each);
    }
  }
  for (const { child } of children) child.disconnect();
  report(size, new Map(children.map(({ contender, times }) => [contender, times])));
}

function report(size: number, times: Map<Contender, number[]>): void {
  const peers = [...times].filter(([{ ours }]) => !ours);
  peers.sort(([, a], [, b]) => median(a) - median(b));
  const [fastest, reference] = peers[0]!;
  for (const [contender, each] of times) {
    const ns = median(each);
    const ratio = median(each.map((time, round) => reference[round]! / time));
    console.log(
      row(
        String(size),
        contender.name,
        Math.round(1e9 / ns).toLocaleString('en'),
        Math.round((size * 1000) / ns).toLocaleString('en'),
        contender === fastest ? 'fastest peer' : `${ratio.toFixed(2)} ×`,
      ),
    );
  }
}

export async function benchDecoders(sizes: number[], rounds: number): Promise<void> {
  console.log(
    row('payload B', 'decoder', 'messages/s', 'MB/s', 'against the fastest peer'),
  );
  console.log(row('--:', '---', '--:', '--:', '--:'));
  for (const size of sizes) await measure(size, rounds);
}
