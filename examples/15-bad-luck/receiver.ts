/**
 * Bad luck: the receiver.
 *
 * Shows:    Datagrams arrive whole or not at all: the kernel drops one whose
 *           checksum is wrong. Nothing says which are missing, or which was
 *           the last: the receiver notices only silence.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/receiver.ts --port 12001
 * Partner:  npx tsx examples/15-bad-luck/link.ts, then sender.ts
 * See:
 *   The receiver is ready
 *   message 1
 *   message 3
 *   message 5
 *   message 6
 *   message 9
 *   message 9
 *   message 10
 *   silence: 6 of 10 arrived
 * Exercise: Count a message that arrives twice only once. What must you
 *           remember, and for how long?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 12_001 });

const socket = new DatagramSocket();
await socket.bind({ host, port });
console.log('The receiver is ready');

const SILENCE = 1500; // milliseconds after which nothing more is expected
const arrived = new Set<string>();
let { data } = await socket.recvfrom(2048);
try {
  while (true) {
    console.log(data.toString());
    arrived.add(data.toString());
    ({ data } = await socket.recvfrom(2048, { timeout: SILENCE }));
  }
} catch (error) {
  if (!(error instanceof TimedOutError)) throw error;
}
console.log(`silence: ${arrived.size} of 10 arrived`);
await socket.close();
