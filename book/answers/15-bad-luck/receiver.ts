/**
 * Answer: The numbers of all that arrived, for as long as a copy may still be on its
 * way. If the sender waits for each answer before it goes on, the last number is
 * enough.
 *
 * Nobody says how long a copy may live. To be safe, TCP waits four minutes by the
 * standard, and a minute on Linux (TIME_WAIT). A sender that starts again from 1 then
 * needs a new name, or its first message looks old.
 * See:
 *   5 were sent, more came, 5 were counted
 */
import { TimedOutError } from '../../../src/common/index.ts';
import { openDatagramRelay } from '../../../src/network/link/index.ts';
import { DatagramSocket } from '../../../src/udp/index.ts';

const receiver = new DatagramSocket();
const to = await receiver.bind({ port: 0 });
const listen = { host: '127.0.0.1', port: 0 };
const relay = await openDatagramRelay({ listen, to, link: { dup: 0.9, seed: 7 } });

const sender = new DatagramSocket();
for (let number = 1; number <= 5; number += 1) {
  await sender.sendto(Buffer.from(`message ${number}`), relay.address);
}

let came = 0;
const counted = new Set<number>();
try {
  for (;;) {
    const { data } = await receiver.recvfrom(2048, { timeout: 300 });
    came += 1;
    counted.add(Number(data.toString().split(' ')[1]));
  }
} catch (error) {
  if (!(error instanceof TimedOutError)) throw error;
}
const how = came > counted.size ? 'more came' : `${came} came`;
console.log(`5 were sent, ${how}, ${counted.size} were counted`);
await Promise.all([sender.close(), receiver.close(), relay.close()]);
