/**
 * Answer: Hardly. With room for all that is in flight, nothing is lost. But each packet
 * waits longer in the queue, round trips take longer and longer while it fills, and
 * timers expire before acknowledgements arrive: what has arrived is sent again.
 * (Bufferbloat is the word for queues that are too long.)
 *
 * This compares the ladder's fifth rung, which looks after its receiver only, with the
 * sixth: four senders on one link, in virtual time.
 * See:
 *   flow-control, a queue of 30: 53 repeats for each 100 messages, 7 needless
 *   flow-control, a queue of 300: 46 repeats for each 100 messages, 44 needless
 *   congestion-control, a queue of 30: 2 repeats for each 100 messages, 0 needless
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

for (const [rung, queue] of [
  ['flow-control', 30],
  ['flow-control', 300],
  ['congestion-control', 30],
] as const) {
  const plan = ladderPlan({
    rungs: [rung],
    link: { delay: 20, rate: 1e7, queue },
    messages: 1000,
    window: 64,
    senders: 4,
  });
  for (const { again, needless, sent } of climb(plan)) {
    const [all, part] = [again, needless].map((n) => Math.round((100 * n) / sent));
    const words = `${all} repeats for each 100 messages, ${part} needless`;
    console.log(`${rung}, a queue of ${queue}: ${words}`);
  }
}
