/**
 * Answer: Because everything arrives. The number after that of the packet is then the
 * one that the receiver expects, and the mistake does not show.
 *
 * A lost acknowledgement does not matter either: the next one covers it. The mistake
 * shows only where a packet is lost and a later one arrives. A test that happens to lose
 * the wrong packet finds nothing, so the check plays a thousand runs. Here it plays
 * these two.
 * See:
 *   data0:lost
 *     The receiver answered data 1 with ack 2, but the number that is expected next is 0.
 *   ack0:lost
 *     Nothing is wrong.
 */
import { PLAIN, readMishaps, runCheck } from '../../../src/network/reliable/index.ts';

const file = 'examples/23-check-your-own/naive-core.ts';
const run = { ...PLAIN, role: 'receiver', messages: 2, window: 2 } as const;

for (const fates of ['data0:lost', 'ack0:lost']) {
  const only = { run, mishaps: readMishaps(fates) };
  const order = { rung: 'go-back-n', roles: [run.role], seeds: 0, only };
  const { replayed } = await runCheck({ file }, order);
  console.log(fates);
  console.log(`  ${replayed!.foul ?? 'Nothing is wrong.'}`);
}
