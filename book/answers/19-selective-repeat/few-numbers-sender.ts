/**
 * Answer: Two, and four: half of the numbers. Then the numbers that the receiver expects
 * next are never those that the sender may send again.
 *
 * This runs the ladder's third rung, in virtual time, over a link that loses all
 * acknowledgements of the first window.
 * See:
 *   4 numbers, a window of 2: all in order
 *   4 numbers, a window of 3: message 1 was delivered where message 5 was due
 *   8 numbers, a window of 4: all in order
 *   8 numbers, a window of 5: message 1 was delivered where message 9 was due
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const space of [4, 8]) {
  for (const window of [space / 2, space / 2 + 1]) {
    const dropBack = Array.from({ length: window }, (_, index) => index + 1);
    const plan = ladderPlan({
      rungs: ['selective-repeat'],
      link: { delay: 5, dropBack },
      messages: 20,
      window,
      space,
    });
    for (const { wrong = 'all in order' } of climb(plan)) {
      console.log(`${space} numbers, a window of ${window}: ${wrong}`);
    }
  }
}
