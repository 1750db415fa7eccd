/**
 * Bad luck: the careful receiver.
 *
 * Shows:    Every message is answered, even one that arrived before: its
 *           answer was lost, and the sender asks again. It is shown only once.
 *           Its number tells a repeated message from a new one.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/careful-receiver.ts --port 12001
 * Partner:  npx tsx examples/15-bad-luck/link.ts, then careful-sender.ts
 * See:
 *   The receiver is ready
 *   message <n>
 *   …
 *   ^C
 * Exercise: Do not answer messages that arrived before. What happens?
 */
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });

const socket = new DatagramSocket();
await socket.bind({ host, port });
console.log('The receiver is ready');

let last = 0;
while (true) {
  const { data, address } = await socket.recvfrom(2048);
  const number = Number(data.toString().split(' ')[1]);
  if (number === last + 1) {
    console.log(data.toString());
    last = number;
  }
  await socket.sendto(Buffer.from(`got ${number}`), address);
}
