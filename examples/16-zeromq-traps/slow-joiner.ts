/**
 * Trap: the slow joiner.
 *
 * Shows:    A Publisher keeps nothing for later. A subscriber's connection and
 *           its subscription take time, and whatever is published before they
 *           arrive is lost, although the subscriber was "connected".
 * Lecture:  The first updates are missing: Z3 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/slow-joiner.ts
 * See:
 *   published at once: 0 of 3 arrived
 *   published after the subscription arrived: 3 of 3 arrived
 * Exercise: Many programs sleep for a second instead. When is that too short?
 *           When too long?
 */
import { Subscriber, XPublisher } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5680 });

// An XPublisher is a Publisher that can be asked what its subscribers want.
const publisher = new XPublisher();
await publisher.bind(`tcp://${host}:${port}`);

const subscriber = new Subscriber();
subscriber.connect(`tcp://${host}:${port}`);
subscriber.subscribe('');

// The trap: `connect` and `subscribe` have returned, but neither has arrived
// yet.
await publish();
const before = await count();
console.log(`published at once: ${before} of 3 arrived`);

// The fix: wait until the subscription arrives. It is a message: the byte 1,
// and the prefix.
const [subscription] = await publisher.receive();
if (subscription?.[0] !== 1) throw new Error('that is not a subscription');
await publish();
const after = await count();
console.log(`published after the subscription arrived: ${after} of 3 arrived`);

for (const socket of [subscriber, publisher]) socket.close();

async function publish(): Promise<void> {
  for (const update of ['1-Update!', '2-Update!', '3-Update!']) {
    await publisher.send(update);
  }
}

/** What arrives, until nothing has arrived for a while. */
async function count(): Promise<number> {
  subscriber.receiveTimeout = 300; // milliseconds
  let arrived = 0;
  while (await subscriber.receive().catch(() => undefined)) arrived += 1;
  return arrived;
}
