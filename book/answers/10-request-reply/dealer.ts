/**
 * Answer: They take turns: of three questions one router gets two, the other gets one.
 *
 * A Dealer sends as a Push does, in turn to those that are there. If the Dealer has
 * connected to a router that is not there yet, that router's share of the questions
 * waits for it and goes to nobody else.
 * See:
 *   three questions: 2 to one, 1 to the other
 *   six questions: 3 to one, 3 to the other
 */
import { Dealer, Router } from '../../../src/zeromq/index.ts';
import { nextEvent } from '../../../examples/next-event.ts';

const routers = [new Router(), new Router()];
const dealer = new Dealer({ linger: 0 });
const joined = nextEvent(dealer, 'handshake', 2);
for (const router of routers) {
  router.receiveTimeout = 150; // milliseconds
  await router.bind('tcp://127.0.0.1:*');
  dealer.connect(router.lastEndpoint!);
}
await joined;

const counts = new Map<Router, number>();
for (const words of ['three', 'six']) {
  for (let count = 0; count < 3; count += 1) await dealer.send('Hello There');
  const [less, more] = (await Promise.all(routers.map(count))).sort((a, b) => a - b);
  console.log(`${words} questions: ${more} to one, ${less} to the other`);
}
for (const socket of [dealer, ...routers]) socket.close();

/** All that it has got so far. */
async function count(router: Router): Promise<number> {
  let got = counts.get(router) ?? 0;
  while (await router.receive().catch(() => undefined)) got += 1;
  counts.set(router, got);
  return got;
}
