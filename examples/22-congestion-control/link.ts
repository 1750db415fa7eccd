/**
 * Congestion control: the link.
 *
 * Shows:    All senders share it. It carries one packet at a time, about 25
 *           of them in a second. Ten more can wait in its queue; whatever comes
 *           when that is full is lost.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/22-congestion-control/link.ts
 * Partner:  npx tsx examples/22-congestion-control/receiver.ts --port 12001
 *           npx tsx examples/22-congestion-control/sender.ts --name ann
 *           npx tsx examples/22-congestion-control/sender.ts --name bob
 * See:
 *   The link has room for 10 packets in its queue
 *   ^C
 * Exercise: Would a longer queue help? Try --queue 60 with the greedy senders.
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const { host, port, queue } = program({ queue: 10 });

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  // Bits a second, and milliseconds. The rate does not apply to the way back.
  link: { rate: 205_000, queue, delay: 20, rateBack: Infinity },
});
console.log(`The link has room for ${queue} packets in its queue`);
