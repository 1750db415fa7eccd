/**
 * Answer: About a second, where lesson 18's sender waits for two. One round trip takes
 * 400 ms. After the first, the time-out is three times as long as that, because nothing
 * is known yet about how much round trips vary; each further round trip that takes just
 * as long makes the time-out shorter. When packet 5 is the oldest in flight, two have
 * been measured, so the time-out is 400 + 4 × 150.
 * See:
 *   after the first round trip: wait 1200 ms
 *   after the second: wait 1000 ms
 *   after the third: wait 850 ms
 *   packet 5 was sent again, and everything has been paid
 */
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

let deviation = 200;
for (const which of ['the first round trip', 'the second', 'the third']) {
  console.log(`after ${which}: wait ${400 + 4 * deviation} ms`);
  deviation *= 3 / 4;
}

const host = '127.0.0.1';
const port = await freePort();
const receiver = startLesson('18-go-back-n/receiver', '--port', `${port}`);
await receiver.printed('The receiver is ready');
const relay = await openDatagramRelay({
  listen: { host, port: 0 },
  to: { host, port },
  link: { delay: 200, drop: [6] },
});
const lossy = `${relay.address.port}`;
const sender = startLesson('20-round-trip-time/sender', '--port', lossy);
await sender.printed('packet 5, 60 euros: sent again');
await sender.printed('paid 360 euros');
console.log('packet 5 was sent again, and everything has been paid');
await receiver.kill();
await relay.close();
