/**
 * Round-trip time: a slow link.
 *
 * Shows:    Whatever arrives at --port is passed on to the next port 1500 ms
 *           later, and so is what comes back. Nothing is lost.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/20-round-trip-time/slow-link.ts
 * Partner:  npx tsx examples/18-go-back-n/receiver.ts --port 12001
 *           npx tsx examples/20-round-trip-time/sender.ts
 * See:
 *   The link takes 1500 ms each way
 *   ^C
 * Exercise: Try the delay of a satellite link, --delay 300. A round trip then
 *           takes 600 ms. Which of the two senders would be faster if a packet
 *           were lost?
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const { host, port, delay } = program({ delay: 1500 });

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  link: { delay },
});
console.log(`The link takes ${delay} ms each way`);
