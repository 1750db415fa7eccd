/**
 * Bad luck: the link.
 *
 * Shows:    What stands between two programs on a real network. It loses about
 *           a third of the datagrams that arrive at --port, duplicates some,
 *           and passes the others on to the next port. Acknowledgements, on
 *           the way back, fare no better. The seed decides which.
 * Lecture:  Loss, duplication and reordering: P11 in docs/lectures.md.
 * Run:      npx tsx examples/15-bad-luck/link.ts
 * Partner:  npx tsx examples/15-bad-luck/receiver.ts --port 12001
 *           npx tsx examples/15-bad-luck/sender.ts
 * See:
 *   The link loses 30 %
 *   <word> <n>: <word>
 *   …
 *   ^C
 * Exercise: Choose another --seed. Then use the same one again. What part does
 *           chance play here?
 */
import { openDatagramRelay } from '../../src/network/link/index.ts';
import { program } from '../program.ts';

const { host, port, loss, seed } = program({ loss: 30, seed: 7 });

await openDatagramRelay({
  listen: { host, port },
  to: { host, port: port + 1 },
  link: { loss: loss / 100, dup: 0.2, seed },
  onFate: ({ direction, k, fate }) => {
    const what = direction === 'there' ? 'datagram' : 'acknowledgement';
    let word = 'passed';
    if (fate.copies.length > 0) word = 'duplicated';
    if (fate.lost) word = 'lost';
    console.log(`${what} ${k}: ${word}`);
  },
});
console.log(`The link loses ${loss} %`);
