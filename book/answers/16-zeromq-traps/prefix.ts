/**
 * Answer: The first part alone, and its beginning: `10` also begins with `1`, so the
 * trap is still there. But what the other parts contain no longer matters, and that is
 * worth having.
 *
 * See:
 *   1 hears: [1] [Update!], [10] [Update!]
 */
import { Subscriber, XPublisher } from '../../../src/zeromq/index.ts';

const publisher = new XPublisher();
await publisher.bind('tcp://127.0.0.1:*');
const subscriber = new Subscriber({ receiveTimeout: 300 });
subscriber.connect(publisher.lastEndpoint!);
subscriber.subscribe('1');
await publisher.receive(); // the subscription

for (const topic of ['1', '10', '2']) await publisher.send([topic, 'Update!']);
const heard: string[] = [];
for (;;) {
  const parts = await subscriber.receive().catch(() => undefined);
  if (!parts) break;
  heard.push(parts.map((part) => `[${String(part)}]`).join(' '));
}
console.log(`1 hears: ${heard.join(', ')}`);
for (const socket of [subscriber, publisher]) socket.close();
