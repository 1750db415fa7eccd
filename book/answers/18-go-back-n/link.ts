/**
 * Answer: Nothing. Acknowledgement 3 says that 3 is expected next, and the one after it
 * says 4: it acknowledges what the lost one would have acknowledged, and more.
 *
 * Only the last acknowledgement has no other after it. If it is lost, the last packet
 * is sent again. Here the ladder's second rung sends eight messages over such a link, in
 * virtual time.
 * See:
 *   acknowledgement 3 is lost: 0 packets sent again
 *   acknowledgement 8 is lost: 1 packet sent again
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const lost of [3, 8]) {
  const plan = ladderPlan({
    rungs: ['go-back-n'],
    link: { delay: 200, dropBack: [lost] },
    messages: 8,
    window: 4,
    timeout: 2000,
  });
  for (const { again } of climb(plan)) {
    const packets = again === 1 ? 'packet' : 'packets';
    console.log(`acknowledgement ${lost} is lost: ${again} ${packets} sent again`);
  }
}
