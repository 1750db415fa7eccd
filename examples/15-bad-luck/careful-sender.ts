/**
 * Bad luck: the careful sender.
 *
 * Shows:    Reliability by hand, in its oldest form: send one message, wait
 *           for its acknowledgement, and send it again when none comes (stop
 *           and wait). Over the same link, nothing is missing any more.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/careful-sender.ts
 * Partner:  npx tsx examples/15-bad-luck/link.ts  (first)
 * See:
 *   message 1 has arrived, attempts: <n>
 *   message <n> has arrived, attempts: <n>
 *   …
 *   all 10 have arrived, attempts: <n>
 * Exercise: Over a link with --delay it is slow: how many messages a second?
 *           TCP has several on their way (see `socketlab compare --bytes 1mb`).
 *           What must the receiver then keep?
 */
import { randomInt } from 'node:crypto';
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();
const PATIENCE = 100; // milliseconds until a message is sent again
const MOST = 50; // times that a message is sent
// TCP begins each connection at a different sequence number (RFC 9293 3.4.1).
const session = randomInt(2 ** 31);

const socket = new DatagramSocket();
let total = 0;
for (let number = 1; number <= 10; number += 1) {
  const message = Buffer.from(`session ${session}, message ${number}`);
  let times = 0;
  do {
    if (times === MOST) throw new Error(`nobody has acknowledged ${number}`);
    await socket.sendto(message, { host, port });
    times += 1;
  } while (!(await isAcknowledged(number)));
  console.log(`message ${number} has arrived, attempts: ${times}`);
  total += times;
}
console.log(`all 10 have arrived, attempts: ${total}`);
await socket.close();

/** An acknowledgement of an earlier message is late or duplicated. */
async function isAcknowledged(number: number): Promise<boolean> {
  const end = performance.now() + PATIENCE;
  try {
    while (true) {
      const timeout = Math.max(1, end - performance.now());
      const { data } = await socket.recvfrom(2048, { timeout });
      if (data.toString() === `session ${session}, has ${number}`) return true;
    }
  } catch (error) {
    if (error instanceof TimedOutError) return false;
    throw error;
  }
}
