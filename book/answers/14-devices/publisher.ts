/**
 * Answer: All that were published while it was away, and those of the moment that its
 * subscribers need to be back. A publisher that has nobody sends to nobody.
 *
 * (ZeroMQ's own engine keeps for a while what is meant for an address that it connects
 * to. It does not help here: the new forwarder gets it before its subscribers are back.)
 * See:
 *   through the forwarder: update 1
 *   it is stopped: update 2, update 3
 *   through the next one: update 4
 */
import { Publisher, XSubscriber } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';
import { freePort } from '../pair.ts';

const address = `tcp://127.0.0.1:${await freePort()}`;
const publisher = new Publisher({ linger: 0 });
publisher.connect(address);

/** The front of a forwarder, behind which somebody wants all updates. */
async function startForwarder(): Promise<XSubscriber> {
  const front = new XSubscriber({ receiveTimeout: 100, linger: 0 });
  const joined = nextEvent(front, 'handshake');
  await front.bind(address);
  await front.send(Buffer.from([1])); // subscribes to the empty prefix
  await joined;
  return front;
}

/** A publisher does not say when a subscription has come: speak until it has. */
async function heardNext(front: XSubscriber, update: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    await publisher.send(update);
    const parts = await front.receive().catch(() => undefined);
    if (parts) return String(parts[0]);
  }
  throw new Error('no subscription');
}

const forwarder = await startForwarder();
console.log(`through the forwarder: ${await heardNext(forwarder, 'update 1')}`);
const gone = nextEvent(publisher, 'disconnect');
forwarder.close();
await gone;
for (const update of ['update 2', 'update 3']) await publisher.send(update);
console.log('it is stopped: update 2, update 3');
const next = await startForwarder();
console.log(`through the next one: ${await heardNext(next, 'update 4')}`);
for (const socket of [next, publisher]) socket.close();
