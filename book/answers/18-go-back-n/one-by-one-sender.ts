/**
 * Answer: Two and a half, and ten. The sender gets one packet through in each round
 * trip of 400 ms; with a window of N it gets N through. How fast the link is does not
 * matter until the window is as large as what fits into a round trip.
 *
 * The ladder shows it in virtual time, without a loss.
 * See:
 *   stop-and-wait: 2.5 messages a second
 *   go-back-n with a window of 4: 10 messages a second
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const rung of ['stop-and-wait', 'go-back-n']) {
  const plan = ladderPlan({
    rungs: [rung],
    link: { delay: 200 },
    messages: 1000,
    window: 4,
    timeout: 2000,
  });
  for (const { delivered, time } of climb(plan)) {
    const each = ((1000 * delivered) / time).toPrecision(2);
    const window = rung === 'go-back-n' ? ' with a window of 4' : '';
    console.log(`${rung}${window}: ${Number(each)} messages a second`);
  }
}
