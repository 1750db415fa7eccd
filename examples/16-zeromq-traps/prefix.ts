/**
 * Trap: a subscription is a prefix.
 *
 * Shows:    A subscriber to `1` also hears `10`: the beginning of the first
 *           part is compared byte by byte, not word by word. Without a
 *           subscription, a subscriber hears nothing.
 * Lecture:  Prefixes: Z3 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/prefix.ts
 * See:
 *   1 hears: 1-Update! 10-Update!
 *   1- hears: 1-Update!
 *   no subscription hears:
 *   the empty one hears: 1-Update! 10-Update! 2-Update!
 * Exercise: Send the topic as a part of its own: ['1', 'Update!']. What would
 *           `subscribe('1')` compare then? Is the trap gone?
 */
import { Subscriber, XPublisher } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5680 });
const address = `tcp://${host}:${port}`;
const LAST = 'the end';

const publisher = new XPublisher();
await publisher.bind(address);

for (const [name, prefix] of [
  ['1', '1'], // the trap
  ['1-', '1-'], // the fix: a topic has an end of its own, here the hyphen
  ['no subscription', undefined],
  ['the empty one', ''],
]) {
  const subscriber = new Subscriber();
  subscriber.connect(address);
  if (prefix !== undefined) subscriber.subscribe(prefix);
  subscriber.subscribe(LAST);
  await subscriptions(prefix === undefined ? 1 : 2);

  for (const kind of [1, 10, 2]) await publisher.send(`${kind}-Update!`);
  await publisher.send(LAST);

  let heard = `${name} hears:`;
  for await (const [update] of subscriber) {
    if (String(update) === LAST) break;
    heard += ` ${String(update)}`;
  }
  console.log(heard);
  subscriber.close();
  await subscriptions(prefix === undefined ? 1 : 2); // and that they are gone
}
publisher.close();

/** Waits for this many messages from subscribers: 1 or 0, and a prefix. */
async function subscriptions(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await publisher.receive();
}
