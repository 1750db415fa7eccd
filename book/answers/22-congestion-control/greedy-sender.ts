/**
 * Answer: Some, because its window is too large for the link, even if no other sender
 * uses it. In a round trip of 80 ms the link carries two packets, and ten more can wait:
 * of 32 that come at once, most are lost. With a window of 10 none is.
 *
 * This runs the ladder's second rung over such a link, in virtual time.
 * See:
 *   a window of 10: 0 packets sent again
 *   a window of 32: some packets sent again
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const window of [10, 32]) {
  const plan = ladderPlan({
    rungs: ['go-back-n'],
    link: { delay: 20, rate: 205_000, queue: 10, rateBack: Infinity },
    messages: 60,
    window,
    timeout: 1000,
  });
  for (const { again } of climb(plan)) {
    const packets = again > 0 ? 'some' : again;
    console.log(`a window of ${window}: ${packets} packets sent again`);
  }
}
