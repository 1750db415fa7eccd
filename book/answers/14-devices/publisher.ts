/**
 * Answer: Usually all that were published while it was away, and those published before
 * the subscribers are back.
 *
 * A publisher that has connected remembers what its peer wanted, queues that up to the
 * high-water mark, and sends it to the next forwarder at that address. The forwarder
 * drops it, unless a subscriber has come back sooner than the publisher: a forwarder,
 * too, sends only to those who are there.
 * See:
 *   the subscriber hears update 1
 *   the forwarder is stopped: update 2, update 3
 *   the subscriber, a little later than the publisher, hears update 4
 */
import {
  Proxy,
  Publisher,
  Subscriber,
  XPublisher,
  XSubscriber,
} from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';
import { freePort } from '../pair.ts';

const front = `tcp://127.0.0.1:${await freePort()}`;
const back = `tcp://127.0.0.1:${await freePort()}`;

/** Returns a function that stops it. */
async function startForwarder(): Promise<() => Promise<void>> {
  const proxy = new Proxy(new XSubscriber(), new XPublisher());
  await proxy.frontEnd.bind(front);
  await proxy.backEnd.bind(back);
  const running = proxy.run();
  return () => {
    proxy.terminate();
    return running;
  };
}

const publisher = new Publisher({ linger: 0 });
const subscriber = new Subscriber({ receiveTimeout: 100 });
subscriber.subscribe('');

/** A publisher does not report a subscription: speak until it has arrived. */
async function hearNext(update: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    await publisher.send(update);
    const parts = await subscriber.receive().catch(() => undefined);
    if (parts) return String(parts[0]);
  }
  throw new Error('no subscription');
}

const stopFirst = await startForwarder();
publisher.connect(front);
subscriber.connect(back);
console.log(`the subscriber hears ${await hearNext('update 1')}`);

const gone = nextEvent(publisher, 'disconnect');
subscriber.disconnect(back);
await stopFirst();
await gone;
for (const update of ['update 2', 'update 3']) await publisher.send(update);
console.log('the forwarder is stopped: update 2, update 3');

const here = nextEvent(publisher, 'handshake');
const stopSecond = await startForwarder();
await here;
subscriber.connect(back);
const next = await hearNext('update 4');
console.log(`the subscriber, a little later than the publisher, hears ${next}`);
for (const socket of [subscriber, publisher]) socket.close();
await stopSecond();
