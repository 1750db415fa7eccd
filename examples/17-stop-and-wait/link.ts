/**
 * Stop and wait: the link.
 *
 * Shows:    Passes on what arrives at --port to the next port, and the answers
 *           to whoever asked. It loses one datagram each way: --drop and
 *           --drop-back say which, counted from 1. So both pairs of programs
 *           have the same bad luck.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/17-stop-and-wait/link.ts
 * Partner:  npx tsx examples/17-stop-and-wait/receiver.ts --port 12001
 *           npx tsx examples/17-stop-and-wait/sender.ts
 * See:
 *   The link loses datagram 2 and acknowledgement 3
 *   datagram 1: passed
 *   acknowledgement 1: passed
 *   datagram 2: lost
 *   datagram 3: passed
 *   acknowledgement 2: passed
 *   datagram 4: passed
 *   acknowledgement 3: lost
 *   datagram 5: passed
 *   acknowledgement 4: passed
 *   datagram 6: passed
 *   acknowledgement 5: passed
 *   ^C
 * Exercise: Lose the last acknowledgement: --drop-back 4. May a receiver end as
 *           soon as it has the last packet?
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const own = { drop: 2, 'drop-back': 3, delay: 0 };
const { host, port, delay, drop, 'drop-back': dropBack } = program(own);

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  link: { delay, drop: [drop], dropBack: [dropBack] },
  onFate: ({ direction, k, fate }) => {
    const what = direction === 'there' ? 'datagram' : 'acknowledgement';
    console.log(`${what} ${k}: ${fate.lost ? 'lost' : 'passed'}`);
  },
});
console.log(`The link loses datagram ${drop} and acknowledgement ${dropBack}`);
