/**
 * Check your own: a receiver that is wrong.
 *
 * Shows:    The check plays a thousand runs with a core, loses packets, and
 *           looks at every action. The receiver of naive-core.ts acknowledges
 *           what it has not taken. Nothing is sent: time is computed, so the
 *           same run goes wrong each time.
 * Lecture:  What TCP does for you, over UDP: P11 in docs/lectures.md.
 * Run:      npx tsx examples/23-check-your-own/check-naive.ts
 * See:
 *   go-back-n, receiver: wrong under seed 2.
 *
 *   The receiver answered data 1 with ack 2, but the number that is
 *   expected next is 0.
 *
 *   The shortest run that shows it:
 *
 *         ms  sender                                      receiver        ms
 *          0  data0 ─────────────────╳ lost
 *          0  data1 ─────────────────────────────────────────────►        20
 *         40  ◄─────────────────────────────────── ack1: expects 2        20
 *
 *   To run it again:
 *
 *     npm run -s socketlab -- ladder replay \
 *       examples/23-check-your-own/naive-core.ts --rung go-back-n \
 *       --role receiver --messages 2 --window 2 --fates data0:lost
 * Exercise: Run the command that it prints, and then again with ack0 instead of
 *           data0. Why is nothing wrong in that run?
 */
import { checkLines } from '../../src/network/reliable/index.ts';
import { program } from '../program.ts';
import { Receiver } from './naive-core.ts';

program();

const lines = checkLines({
  file: 'examples/23-check-your-own/naive-core.ts',
  rung: 'go-back-n',
  role: 'receiver',
  make: (options) => new Receiver(options),
});
for (const line of lines) console.log(line);
