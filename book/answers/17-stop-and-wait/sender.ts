/**
 * Answer: After 2000 ms the sender believes that a packet is lost, though it is still on
 * its way. So each packet is sent twice, the second time for nothing. The total is right:
 * the number shows the receiver that it has the packet.
 *
 * A wait that is too short costs packets, one that is too long costs time, and how long
 * a round trip takes is not known beforehand. It has to be measured: `socketlab ladder`
 * does so from its fourth rung on. Here its first rung sends four messages, in virtual
 * time.
 * See:
 *   a round trip of 2400 ms: 4 sent again, 4 of them needlessly, 4 delivered
 *   a round trip of 1600 ms: 0 sent again, 0 of them needlessly, 4 delivered
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const delay of [1200, 800]) {
  const plan = ladderPlan({
    rungs: ['stop-and-wait'],
    link: { delay },
    messages: 4,
    timeout: 2000,
  });
  for (const { again, delivered, needless } of climb(plan)) {
    console.log(
      `a round trip of ${2 * delay} ms: ${again} sent again, ` +
        `${needless} of them needlessly, ${delivered} delivered`,
    );
  }
}
