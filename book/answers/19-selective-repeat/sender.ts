/**
 * Answer: Packet 2, though it has arrived: no other acknowledgement mentions it.
 * Go-back-N sends nothing again, because its next acknowledgement covers the packets
 * before.
 *
 * So it is best to say both: which number is expected next, and which packets have
 * arrived beyond it. The ladder's third rung does so, and TCP does with SACK (RFC 2018).
 * See:
 *   packet 2, 30 euros: sent again
 *   the ladder's rung: 0 packets sent again
 */
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const host = '127.0.0.1';
const port = await freePort();
const receiver = startLesson('19-selective-repeat/receiver', '--port', `${port}`);
await receiver.printed('The receiver is ready');
const link = { dropBack: [3] };
const relay = await openDatagramRelay({
  listen: { host, port: 0 },
  to: { host, port },
  link,
});
const lossy = `${relay.address.port}`;
const sender = startLesson('19-selective-repeat/sender', '--port', lossy);
await sender.printed('packet 2, 30 euros: sent again');
console.log('packet 2, 30 euros: sent again');
await sender.printed('paid 360 euros');
await receiver.kill();
await relay.close();

const rungs = ['selective-repeat'];
const plan = ladderPlan({ rungs, link, messages: 8, window: 4, timeout: 2000 });
for (const { again } of climb(plan)) {
  console.log(`the ladder's rung: ${again} packets sent again`);
}
