/**
 * Publish and subscribe: a subscriber.
 *
 * Shows:    A Subscriber names the prefixes that it wants: 1, or the empty
 *           one, with which everything begins. The publisher knows its
 *           prefixes, and sends it no other updates.
 * Lecture:  The subscriber: Z3 in docs/lectures.md.
 * Run:      npx tsx examples/11-publish-subscribe/subscriber.ts --prefix 1
 * Partner:  npx tsx examples/11-publish-subscribe/publisher.ts
 * See:
 *   Subscribed to what begins with "<n>"
 *   Received: 1-Update! >> #<n> >> <word>
 *   …
 *   ^C
 * Exercise: With --prefix 1 it would also hear 10-Update!. How must a publisher
 *           name its topics? (16-zeromq-traps/prefix.ts)
 */
import { Subscriber } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, prefix } = program({ port: 5680, prefix: '1' });

const socket = new Subscriber();
socket.connect(`tcp://${host}:${port}`);
socket.subscribe(prefix);
console.log(`Subscribed to what begins with "${prefix}"`);

for await (const [update] of socket) {
  console.log(`Received: ${String(update)}`);
}
