/**
 * Answer: No. It has one connection, to the forwarder, and an update says only what its
 * publisher has written into it.
 *
 * See:
 *   one connection, updates of two publishers: from ann, from bob
 */
import {
  Proxy,
  Publisher,
  Subscriber,
  XPublisher,
  XSubscriber,
} from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';

const [front, back] = [new XSubscriber(), new XPublisher()];
await front.bind('tcp://127.0.0.1:*');
await back.bind('tcp://127.0.0.1:*');
const proxy = new Proxy(front, back);
const running = proxy.run();

const publishers = [new Publisher(), new Publisher()];
const joined = nextEvent(front, 'handshake', 2);
for (const publisher of publishers) publisher.connect(front.lastEndpoint!);
await joined;
const subscriber = new Subscriber({ receiveTimeout: 100 });
subscriber.connect(back.lastEndpoint!);
subscriber.subscribe('');

// A publisher keeps nothing: speak until the subscription has arrived.
const heard = new Set<string>();
for (let tries = 0; tries < 100 && heard.size < 2; tries += 1) {
  for (const [index, name] of ['ann', 'bob'].entries()) {
    await publishers[index]!.send(`from ${name}`);
  }
  const update = await subscriber.receive().catch(() => undefined);
  if (update) heard.add(String(update[0]));
}
const updates = [...heard].sort().join(', ');
console.log(`one connection, updates of two publishers: ${updates}`);

for (const socket of [subscriber, ...publishers]) socket.close();
proxy.terminate();
await running;
