/**
 * Bad luck: the sender.
 *
 * Shows:    Ten datagrams are sent, and every sendto succeeds. A sender of
 *           datagrams learns that they were sent, and nothing more.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/sender.ts
 * Partner:  npx tsx examples/15-bad-luck/link.ts  (first)
 * See:
 *   sent 10
 * Exercise: Can the sender find out how many arrived, without an answer?
 *           Write one that asks for answers, a pinger: how many were lost,
 *           and what were the shortest, the mean and the longest round trip?
 */
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();

const socket = new DatagramSocket();
let sent = 0;
for (let number = 1; number <= 10; number += 1) {
  await socket.sendto(Buffer.from(`message ${number}`), { host, port });
  sent += 1;
}
console.log(`sent ${sent}`);
await socket.close();
