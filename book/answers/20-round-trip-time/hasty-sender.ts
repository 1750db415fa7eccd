/**
 * Answer: All others on the link, and in the end the sender itself. What is sent twice
 * fills queues, so round trips take longer, so even more is sent twice: in 1986
 * the internet collapsed in this way (RFC 896 had foretold it; RFCs 5681 and 6298 are
 * what came of it).
 *
 * Here 100 messages go over a link of 500 kbit/s, with a time-out of 200 ms and with
 * one that is measured.
 * See:
 *   selective-repeat: 100 messages and 734 repeats, 0 of them needed
 *   round-trip-time: 100 messages and 64 repeats, 0 of them needed
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

const plan = ladderPlan({
  rungs: ['selective-repeat', 'round-trip-time'],
  link: { delay: 20, rate: 500_000, queue: 1000 },
  messages: 100,
});
for (const { again, needless, rung, sent } of climb(plan)) {
  const needed = again - needless;
  console.log(`${rung}: ${sent} messages and ${again} repeats, ${needed} of them needed`);
}
