/**
 * Answer: Four, and eight: as many as were in flight. The receiver has thrown the others
 * away, because they came before the packet that it expected.
 *
 * So the larger the window, the more a single loss costs: that is the flaw of this
 * rung. Here the ladder's second rung loses its first packet, in virtual time.
 * See:
 *   a window of 4: 4 packets sent again
 *   a window of 8: 8 packets sent again
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const window of [4, 8]) {
  const plan = ladderPlan({
    rungs: ['go-back-n'],
    link: { delay: 200, drop: [1] },
    messages: 8,
    window,
    timeout: 2000,
  });
  for (const { again } of climb(plan)) {
    console.log(`a window of ${window}: ${again} packets sent again`);
  }
}
