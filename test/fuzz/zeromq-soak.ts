/**
 * Nothing is lost, even in long runs: test/integration/zeromq/nothing-lost.test.ts is the short
 * form.
 *
 *   npm run soak:zeromq                  some minutes
 *   npm run soak:zeromq -- --count 5000 --kills 3
 */
import { parseArgs } from 'node:util';
import { freePort } from '../../src/common/process/index.ts';
import { compile } from '../support/compile.ts';
import { Programs } from '../support/programs.ts';
import { anyAddress } from '../support/zeromq-addresses.ts';
import {
  killedQueue,
  killedStreamer,
  restart,
  slowReceiver,
  slowSubscriber,
} from '../support/zeromq-losses.ts';
import { keepSome, untilFull } from '../support/zeromq-memory.ts';
import {
  LOSSES,
  type Loss,
  type Maker,
  throughGroup,
} from '../support/zeromq-multicast.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '50' },
  },
});
const count = Number(values.count);
const kills = Number(values.kills);
const programs = new Programs();
let failures = 0;

function told(what: string, seen: object, good: boolean): void {
  if (!good) failures += 1;
  console.log(`${good ? 'good' : 'BAD '}  ${what}: ${JSON.stringify(seen)}`);
}

const GROUPS: [from: Maker, to: Maker[]][] = [
  ['ours', ['libzmq']],
  ['libzmq', ['ours']],
  ['ours', ['ours', 'ours']],
];

async function multicast(from: Maker, to: Maker[], loss: Loss): Promise<void> {
  const plan = { from, to, loss, count: count / 5, rate: 100_000 };
  const seen = await throughGroup(programs, plan);
  const good = seen.accounts.every(
    ({ received, damaged, disordered }) =>
      received === plan.count && damaged + disordered === 0,
  );
  told(`multicast, ${loss} % lost, ${from} to ${to.join(' and ')}`, seen, good);
}

async function ports(): Promise<[string, string]> {
  const port = await freePort(15_000);
  return [`tcp://127.0.0.1:${port}`, `tcp://127.0.0.1:${port + 1}`];
}

await compile();
try {
  for (const transport of ['tcp', 'ipc'] as const) {
    const seen = await slowReceiver(programs, anyAddress(transport), count);
    const good = seen.lost === 0 && seen.disordered === 0 && seen.senderEnded;
    told(`slow receiver, closed sender, ${transport}`, seen, good);
  }
  const again = await restart(count);
  const { lost, atOnce, gaps, disordered } = again;
  told('restarted server', again, lost <= atOnce && gaps <= 1 && disordered === 0);
  const asked = await killedQueue(programs, await ports(), kills);
  told('killed queue', asked, asked.answered === asked.asked && asked.wrong === 0);
  const piped = await killedStreamer(programs, await ports(), kills);
  told('killed streamer', piped, piped.disordered === 0 && piped.gaps <= kills);
  const published = await slowSubscriber(count / 10);
  told(
    'slow subscriber',
    published,
    published.received + published.dropped === count / 10,
  );
  const full = await untilFull(10_000);
  told('full queue of 10 kB messages', full, full.bytes < 30e6);
  const all = await keepSome(10 * count, 1);
  told('10-byte messages, all kept', all, all.bytes < 200 * all.kept);
  const some = await keepSome(10 * count, 5000);
  told('10-byte messages, one of 5000 kept', some, some.bytes < 2e6);
  // What is larger than small is a view of its chunk, and keeps that: never more.
  const views = await keepSome(count / 10, 32, 2048);
  told('2 KiB messages, one of 32 kept', views, views.bytes < 80_000 * views.kept);
  // What needs Linux, root, nft and a libzmq with PGM.
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    for (const loss of Object.keys(LOSSES).map(Number) as Loss[]) {
      for (const [from, to] of GROUPS) await multicast(from, to, loss);
    }
  }
} finally {
  await programs.stopAll();
}
process.exitCode = failures > 0 ? 1 : 0;
