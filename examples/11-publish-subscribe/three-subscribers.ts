/**
 * Publish and subscribe: three prefixes side by side.
 *
 * Shows:    Three subscribers to one publisher. The first has the prefix 1
 *           and hears half of the updates; the second has no prefix and hears
 *           them all; the third has the prefix 3 and hears none, because no
 *           update begins with it. For all that the third can tell, the
 *           publisher is dead.
 * Lecture:  Three prefixes, 1, none and 3: Z3 in docs/lectures.md.
 * Run:      npx tsx examples/11-publish-subscribe/three-subscribers.ts
 * Partner:  npx tsx examples/11-publish-subscribe/publisher.ts
 * See:
 *   prefix 1: 1-Update! >> #<n> >> <word>
 *   …
 *   no prefix: 1-Update! >> #<n> >> <word>
 *   no prefix: 2-Update! >> #<n> >> <word>
 *   prefix 3: nothing
 * Exercise: Subscribe one socket to 1 and to 2. Then subscribe twice to 1:
 *           does it hear each update twice? What does unsubscribe do then?
 */
import { Subscriber } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5680 });

const one = subscribe('1');
const all = subscribe('');
const three = subscribe('3');
// By default a receive waits for ever. With 0 it does not wait at all.
three.receiveTimeout = 0;

for (let count = 0; count < 3; count += 1) {
  console.log(`prefix 1: ${await hear(one, /^1/)}`);
}
// Each socket has kept what arrived in the meantime; the oldest comes first.
console.log(`no prefix: ${await hear(all, /^1/)}`);
console.log(`no prefix: ${await hear(all, /^2/)}`);

const nothing = await three.receive().catch((error) => error.code);
if (nothing === 'EAGAIN') console.log('prefix 3: nothing');

for (const socket of [one, all, three]) socket.close();

function subscribe(prefix: string): InstanceType<typeof Subscriber> {
  const socket = new Subscriber();
  socket.connect(`tcp://${host}:${port}`);
  socket.subscribe(prefix);
  return socket;
}

/** The next update of this kind. */
async function hear(
  socket: InstanceType<typeof Subscriber>,
  kind: RegExp,
): Promise<string> {
  for (;;) {
    const [update] = await socket.receive();
    if (kind.test(String(update))) return String(update);
  }
}
