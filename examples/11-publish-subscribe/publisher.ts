/**
 * Publish and subscribe: the publisher.
 *
 * Shows:    A Publisher sends, whether or not anybody is listening. It waits
 *           for nobody, keeps nothing for late subscribers, and never learns
 *           who has received what.
 * Lecture:  The publisher: Z3 in docs/lectures.md.
 * Run:      npx tsx examples/11-publish-subscribe/publisher.ts
 * Partner:  npx tsx examples/11-publish-subscribe/subscriber.ts --prefix 1
 * See:
 *   Publishing at port <port>
 *   Sent: 1-Update! >> #<n> >> <word>
 *   Sent: 2-Update! >> #<n> >> <word>
 *   Sent: <n>-Update! >> #<n> >> <word>
 *   …
 *   ^C
 * Exercise: Start a subscriber first, and the publisher after it. Does update
 *           #1 arrive? (16-zeromq-traps/slow-joiner.ts)
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Publisher } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, rate } = program({ port: 5680, rate: 1 }); // a second

const socket = new Publisher();
await socket.bind(`tcp://${host}:${port}`);
console.log(`Publishing at port ${port}`);

for (let id = 1; ; id += 1) {
  const time = new Date().toTimeString().slice(0, 8);
  for (const kind of [1, 2]) {
    const update = `${kind}-Update! >> #${id} >> ${time}`;
    await socket.send(update);
    console.log(`Sent: ${update}`);
  }
  await pause(1000 / Math.max(rate, 1));
}
