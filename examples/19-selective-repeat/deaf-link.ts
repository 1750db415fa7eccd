/**
 * Selective repeat: a link that loses the first three acknowledgements.
 *
 * Shows:    Whatever arrives at --port is passed on to the next port. The first
 *           three datagrams that come back are lost: all that the receiver says
 *           about the first window.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/19-selective-repeat/deaf-link.ts
 * Partner:  npx tsx examples/19-selective-repeat/few-numbers-receiver.ts
 *             --port 12001
 *           npx tsx examples/19-selective-repeat/few-numbers-sender.ts
 * See:
 *   The link loses the first 3 acknowledgements
 *   acknowledgement 1: lost
 *   acknowledgement 2: lost
 *   acknowledgement 3: lost
 *   ^C
 * Exercise: Lose only the first of them: --lose 1. Is the total right then?
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const { host, port, lose } = program({ lose: 3 });

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  link: { dropBack: Array.from({ length: lose }, (_, index) => index + 1) },
  onFate: ({ k, fate }) => {
    if (fate.lost) console.log(`acknowledgement ${k}: lost`);
  },
});
console.log(`The link loses the first ${lose} acknowledgements`);
