/**
 * Answer: Usually not. At first the publisher is alone: it publishes at once, and the
 * subscriber, which tries to connect every tenth of a second, is not back yet.
 *
 * A publisher that waits for a subscription before it publishes reaches that subscriber,
 * but no other late one.
 * See:
 *   subscribed before there was a publisher; the first that comes: update #2
 */
import { Subscriber, XPublisher } from '../../../src/zeromq/index.ts';
import { freePort } from '../pair.ts';

const address = `tcp://127.0.0.1:${await freePort()}`;
const subscriber = new Subscriber({ receiveTimeout: 5000 });
subscriber.connect(address);
subscriber.subscribe('');

// An XPublisher is a Publisher that can be asked what its subscribers want.
const publisher = new XPublisher();
await publisher.bind(address);
await publisher.send('update #1');
await publisher.receive(); // the subscription has come
await publisher.send('update #2');

const [update] = await subscriber.receive();
console.log(
  `subscribed before there was a publisher; the first that comes: ${String(update)}`,
);
for (const socket of [subscriber, publisher]) socket.close();
