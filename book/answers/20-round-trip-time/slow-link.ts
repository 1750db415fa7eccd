/**
 * Answer: The one that measures. It knows that a round trip takes 600 ms, and does not
 * wait much longer; the other one waits 2000 ms for each loss. A fixed time-out is too
 * short for one link, and too long for another.
 *
 * The ladder's third rung has a fixed time-out; its fourth measures. One packet in twenty
 * is lost.
 * See:
 *   selective-repeat, a fixed time-out of 2000 ms: 100 messages in 14.9 s
 *   round-trip-time, which measures: 100 messages in 10.9 s
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

const plan = ladderPlan({
  rungs: ['selective-repeat', 'round-trip-time'],
  link: { delay: 300, loss: 0.05, seed: 7 },
  messages: 100,
  window: 8,
  timeout: 2000,
});
for (const { rung, time } of climb(plan)) {
  const how =
    rung === 'selective-repeat' ? 'a fixed time-out of 2000 ms' : 'which measures';
  console.log(`${rung}, ${how}: 100 messages in ${(time / 1000).toFixed(1)} s`);
}
