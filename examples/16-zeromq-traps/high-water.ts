/**
 * Trap: the high-water mark.
 *
 * Shows:    Messages that cannot leave are kept for each peer up to the
 *           high-water mark, usually 1000. What happens to the next one
 *           depends on the socket: Push (and Request, Dealer, Pair) waits,
 *           perhaps for ever; Publisher (and Router) silently throws it away.
 * Lecture:  A receiver that is too slow: Z3 and Z4 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/high-water.ts
 * See:
 *   Push: 3 are kept, the next is refused: EAGAIN
 *   Publisher: 2000 sent, none refused, some are missing
 * Exercise: How can a subscriber find out what it has missed? Lesson 15 has
 *           the answer for datagrams.
 */
import { Publisher, Push, Subscriber } from '../engine.ts';
import { nextEvent } from '../next-event.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5690 });
const address = `tcp://${host}:${port}`;

// The trap of Push: nobody is there, and a send waits for ever. The fix: say
// how long it may wait, and decide what to do then.
const manager = new Push({ sendHighWaterMark: 3, sendTimeout: 100, linger: 0 });
manager.connect(address);
let kept = 0;
let refused: string;
while (true) {
  refused = await manager.send('a task').then(
    () => '',
    (error) => error.code,
  );
  if (refused !== '') break;
  kept += 1;
}
console.log(`Push: ${kept} are kept, the next is refused: ${refused}`);
manager.close();

// The trap of Publisher: the subscriber does not read. Ten messages wait on
// either side, some more in the kernel, and the rest are thrown away.
const publisher = new Publisher({ sendHighWaterMark: 10, linger: 0 });
await publisher.bind(address);
const subscriber = new Subscriber({ receiveHighWaterMark: 10 });
const joined = nextEvent(publisher, 'handshake');
subscriber.connect(address);
subscriber.subscribe('');
await joined;

const update = Buffer.alloc(16 * 1024);
const SENT = 2000;
for (let id = 1; id <= SENT; id += 1) await publisher.send(update);

// The fix is to keep up: receive in a loop that does nothing slow, make the
// mark as large as the longest burst, and number what must not go missing.
subscriber.receiveTimeout = 500; // milliseconds
let arrived = 0;
while (await subscriber.receive().catch(() => undefined)) arrived += 1;
const missing = arrived < SENT ? 'some' : 'none';
console.log(`Publisher: ${SENT} sent, none refused, ${missing} are missing`);

for (const socket of [subscriber, publisher]) socket.close();
