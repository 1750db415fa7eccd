/**
 * Answer: No. The sender sends packet 0 again, and the receiver, which has 0, 1 and 2,
 * takes it for the next packet 0. One lost acknowledgement is enough; not all of them
 * need be lost.
 *
 * This runs the lesson's programs over a link that loses only the first acknowledgement.
 * See:
 *   packet 0: 10 euros, 110 in all
 *   the sender paid 100 euros
 */
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const host = '127.0.0.1';
const port = await freePort();
const folder = '19-selective-repeat';
const receiver = startLesson(`${folder}/few-numbers-receiver`, '--port', `${port}`);
await receiver.printed('The receiver is ready');
const relay = await openDatagramRelay({
  listen: { host, port: 0 },
  to: { host, port },
  link: { dropBack: [1] },
});
const lossy = `${relay.address.port}`;
const sender = startLesson(`${folder}/few-numbers-sender`, '--port', lossy);
await receiver.printed('packet 0: 10 euros, 110 in all');
console.log('packet 0: 10 euros, 110 in all');
await sender.printed('paid 100 euros');
console.log('the sender paid 100 euros');
await receiver.kill();
await relay.close();
