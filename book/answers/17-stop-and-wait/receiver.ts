/**
 * Answer: Because only one packet is on its way at a time: the receiver has to tell the
 * next packet from the one before, and from no others. They are not enough over a link
 * that holds a copy back for a long time: the late copy then passes for a new packet.
 *
 * A number must not come round again while an old copy may still arrive. That is why
 * TCP's sequence numbers have 32 bits, and why its packets have a longest life.
 * See:
 *   sent 0 10, answered ACK 0
 *   sent 1 20, answered ACK 1
 *   a late copy: sent 0 10, answered ACK 0
 *   the receiver counted 40 euros of 30
 */
import { DatagramSocket } from '../../../src/udp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const receiver = startLesson('17-stop-and-wait/receiver', '--port', `${port}`);
await receiver.printed('The receiver is ready');

const sender = new DatagramSocket();
console.log(await exchange('0 10'));
console.log(await exchange('1 20'));
console.log(`a late copy: ${await exchange('0 10')}`);
await receiver.printed('packet 0: 10 euros, 40 in all');
console.log('the receiver counted 40 euros of 30');
await receiver.kill();
await sender.close();

async function exchange(packet: string): Promise<string> {
  await sender.sendto(Buffer.from(packet), { host: '127.0.0.1', port });
  const { data } = await sender.recvfrom(2048, { timeout: 20_000 });
  return `sent ${packet}, answered ${String(data)}`;
}
