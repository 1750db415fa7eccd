/**
 * Flow control: the link.
 *
 * Shows:    Whatever arrives at --port is passed on to the next port. Of what
 *           comes back, the datagram that --drop-back names is lost: the
 *           fourth, with which the receiver announces new room.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/21-flow-control/link.ts
 * Partner:  npx tsx examples/21-flow-control/receiver.ts --port 12001
 *           npx tsx examples/21-flow-control/sender.ts
 * See:
 *   The link loses datagram 4 on the way back
 *   datagram 4 on the way back: lost
 *   ^C
 * Exercise: Nobody acknowledges the message that announces room. Why is it not
 *           repeated until somebody does?
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const { host, port, 'drop-back': drop } = program({ 'drop-back': 4 });

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  link: { dropBack: [drop] },
  onFate: ({ k, fate }) => {
    if (fate.lost) console.log(`datagram ${k} on the way back: lost`);
  },
});
console.log(`The link loses datagram ${drop} on the way back`);
