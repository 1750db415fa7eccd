/**
 * Answer: Because its first acknowledgement may have been lost. The sender sends the
 * packet again and again until it hears that it has arrived. A receiver that kept
 * silent would make it give up, though nothing is missing.
 *
 * Here the sender is played by hand: it sends packet 0 twice.
 * See:
 *   sent 0 10, answered ACK 0
 *   sent 0 10, answered ACK 0
 *   the receiver counted 10 euros
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const receiver = startLesson('19-selective-repeat/receiver', '--port', `${port}`);
await receiver.printed('The receiver is ready');

const sender = new DatagramSocket();
for (let time = 0; time < 2; time += 1) {
  await sender.sendto(Buffer.from('0 10'), { host: '127.0.0.1', port });
  const { data } = await sender.recvfrom(2048, { timeout: 20_000 });
  console.log(`sent 0 10, answered ${String(data)}`);
}
await receiver.printed('packet 0: 10 euros, 10 in all');
console.log('the receiver counted 10 euros');
await receiver.kill();
await sender.close();
