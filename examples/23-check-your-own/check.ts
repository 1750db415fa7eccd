/**
 * Check your own: the core without the mistake.
 *
 * Shows:    The receiver of core.ts says which number it expects, whatever has
 *           come, and passes. So does the sender, as long as it claims no more
 *           than to stop and wait.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/23-check-your-own/check.ts
 * See:
 *   go-back-n, receiver: 1,000 runs, and nothing wrong.
 *   stop-and-wait, sender: 1,000 runs, and nothing wrong.
 * Exercise: Now your own: write 'go-back-n' for the sender too, and change it
 *           until nothing is wrong. The file that `ladder new` writes lists the
 *           three steps.
 */
import { checkLines } from '../../src/network/reliable/index.ts';
import { program } from '../program.ts';
import { Receiver, Sender } from './core.ts';

program();
const file = 'examples/23-check-your-own/core.ts';

const lines = [
  ...checkLines({
    file,
    rung: 'go-back-n',
    role: 'receiver',
    make: (options) => new Receiver(options),
  }),
  ...checkLines({
    file,
    rung: 'stop-and-wait',
    role: 'sender',
    make: (options) => new Sender(options),
  }),
];
for (const line of lines) console.log(line);
