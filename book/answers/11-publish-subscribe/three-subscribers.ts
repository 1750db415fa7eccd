/**
 * Answer: It hears both kinds. A subscriber that has subscribed to 1 twice still hears
 * each update once, and unsubscribe takes back one of the two subscriptions: only the
 * second unsubscribe ends it.
 *
 * See:
 *   to 1 and 2: 1-Update! 2-Update!
 *   to 1 twice: 1-Update!
 *   unsubscribed once: 1-Update!
 *   unsubscribed twice: nothing
 */
import { Subscriber, XPublisher } from '../../../src/zeromq/index.ts';

const both = await audience('1', '2');
console.log(`to 1 and 2: ${await heard(both)}`);

const twice = await audience('1', '1');
console.log(`to 1 twice: ${await heard(twice)}`);
twice.subscriber.unsubscribe('1');
console.log(`unsubscribed once: ${await heard(twice)}`);
twice.subscriber.unsubscribe('1');
await twice.publisher.receive(); // hears that nobody wants 1 any more
console.log(`unsubscribed twice: ${await heard(twice)}`);

for (const { publisher, subscriber } of [both, twice]) {
  for (const socket of [subscriber, publisher]) socket.close();
}

interface Audience {
  publisher: XPublisher;
  subscriber: Subscriber;
}

/** A publisher, and one subscriber that it already knows of. */
async function audience(...prefixes: string[]): Promise<Audience> {
  const publisher = new XPublisher();
  await publisher.bind('tcp://127.0.0.1:*');
  const subscriber = new Subscriber({ receiveTimeout: 200 });
  subscriber.connect(publisher.lastEndpoint!);
  subscriber.subscribe(...prefixes);
  for (const _new of new Set(prefixes)) await publisher.receive();
  return { publisher, subscriber };
}

async function heard({ publisher, subscriber }: Audience): Promise<string> {
  for (const kind of [1, 2]) await publisher.send(`${kind}-Update!`);
  const updates: string[] = [];
  for (;;) {
    const parts = await subscriber.receive().catch(() => undefined);
    if (!parts) return updates.join(' ') || 'nothing';
    updates.push(String(parts[0]));
  }
}
