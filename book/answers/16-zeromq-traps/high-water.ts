/**
 * Answer: The publisher numbers its updates, and a gap shows what is missing. To get
 * the missing updates, the subscriber must ask for them: the publisher does not know
 * that they were lost.
 *
 * What is lost at the very end leaves no gap. So a publisher that has nothing to say
 * should repeat its latest number now and then.
 * See:
 *   updates have come in order, with gaps: true
 *   counted in the gaps: all that is missing
 */
import { Subscriber, XPublisher } from '../../../src/zeromq/index.ts';

const publisher = new XPublisher({ sendHighWaterMark: 10, linger: 0 });
await publisher.bind('tcp://127.0.0.1:*');
const subscriber = new Subscriber({ receiveHighWaterMark: 10, receiveTimeout: 300 });
subscriber.connect(publisher.lastEndpoint!);
subscriber.subscribe('');
await publisher.receive(); // the subscription

const SENT = 1000;
const update = Buffer.alloc(32 * 1024);
for (let number = 1; number <= SENT; number += 1) {
  update.writeUInt32BE(number);
  await publisher.send(Buffer.from(update)); // the subscriber does not look
}

let came = 0;
let last = 0;
let missing = 0;
let inOrder = true;
async function take(): Promise<boolean> {
  const parts = await subscriber.receive().catch(() => undefined);
  if (!parts) return false;
  const number = parts[0]!.readUInt32BE();
  inOrder &&= number > last;
  missing += number - last - 1;
  last = number;
  came += 1;
  return true;
}
while (await take());
update.writeUInt32BE(SENT + 1);
await publisher.send(update); // now it looks, and sees what the last gap was
await take();

console.log(`updates have come in order, with gaps: ${inOrder && missing > 0}`);
const rest = SENT + 1 - came - missing;
console.log(
  `counted in the gaps: all that is missing${rest === 0 ? '' : ` but ${rest}`}`,
);
for (const socket of [subscriber, publisher]) socket.close();
