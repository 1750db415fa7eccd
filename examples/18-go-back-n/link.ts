/**
 * Go-back-N: the link.
 *
 * Shows:    Whatever arrives at --port is passed on to the next port 200 ms
 *           later, and so is what comes back. The datagram that --drop names,
 *           counted from 1, is lost.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/18-go-back-n/link.ts
 * Partner:  npx tsx examples/18-go-back-n/receiver.ts --port 12001
 *           npx tsx examples/18-go-back-n/sender.ts
 * See:
 *   The link takes 200 ms each way and loses datagram 6
 *   datagram 6: lost
 *   ^C
 * Exercise: Lose an acknowledgement instead: --drop 99 --drop-back 3. What does
 *           the sender send again?
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const own = { drop: 6, 'drop-back': 99, delay: 200 };
const { host, port, delay, drop, 'drop-back': dropBack } = program(own);

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  link: { delay, drop: [drop], dropBack: [dropBack] },
  onFate: ({ direction, k, fate }) => {
    const what = direction === 'there' ? 'datagram' : 'acknowledgement';
    if (fate.lost) console.log(`${what} ${k}: lost`);
  },
});
console.log(`The link takes ${delay} ms each way and loses datagram ${drop}`);
