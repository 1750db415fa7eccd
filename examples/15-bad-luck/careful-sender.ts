/**
 * Bad luck: the careful sender.
 *
 * Shows:    Reliability by hand, in its oldest form: send one message, wait
 *           for its answer, and send it again when none comes (stop and wait).
 *           Over the same link, nothing is missing any more.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/careful-sender.ts
 * Partner:  npx tsx examples/15-bad-luck/link.ts  (first)
 * See:
 *   1 has arrived, <n> were sent
 *   <n> has arrived, <n> were sent
 *   …
 *   all 10 have arrived, <n> were sent
 * Exercise: Over a link with --delay it is slow: how many messages a second?
 *           TCP has several on their way. What must the receiver then keep?
 */
import { TimedOutError } from '../../src/common/index.ts';
import { DatagramSocket } from '../../src/udp/index.ts';
import { program } from '../program.ts';

const { host, port } = program();
const PATIENCE = 100; // milliseconds until a message is sent again

const socket = new DatagramSocket();
let total = 0;
for (let number = 1; number <= 10; number += 1) {
  let times = 0;
  do {
    await socket.sendto(Buffer.from(`message ${number}`), { host, port });
    times += 1;
  } while (!(await isAnswered(number)));
  console.log(`${number} has arrived, ${times} were sent`);
  total += times;
}
console.log(`all 10 have arrived, ${total} were sent`);
await socket.close();

/** An answer to an earlier message is late or duplicated: it is thrown away. */
async function isAnswered(number: number): Promise<boolean> {
  const end = performance.now() + PATIENCE;
  try {
    while (true) {
      const timeout = Math.max(1, end - performance.now());
      const { data } = await socket.recvfrom(2048, { timeout });
      if (data.toString() === `got ${number}`) return true;
    }
  } catch (error) {
    if (error instanceof TimedOutError) return false;
    throw error;
  }
}
