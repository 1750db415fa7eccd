/**
 * Answer: It helps only until the room is full. If packets come faster than they are
 * read, any room fills up: it would have to hold nearly all of them.
 *
 * The ladder's third rung takes no account of room. Its application takes 2 ms to read
 * a message, and 32 messages arrive in 10 ms.
 * See:
 *   room for 20: 405 of 500 messages lost
 *   room for 100: 325 of 500 messages lost
 *   room for 400: 25 of 500 messages lost
 *   the fifth rung, room for 20: 0 of 500 messages lost
 */
import { climb, ladderPlan } from '../../../src/network/reliable/index.ts';

function lost(rung: string, buffer: number): number {
  const plan = ladderPlan({
    rungs: [rung],
    link: { delay: 5 },
    readEvery: 2,
    buffer,
  });
  return [...climb(plan)][0]!.dropped;
}

for (const buffer of [20, 100, 400]) {
  const count = lost('selective-repeat', buffer);
  console.log(`room for ${buffer}: ${count} of 500 messages lost`);
}
const count = lost('flow-control', 20);
console.log(`the fifth rung, room for 20: ${count} of 500 messages lost`);
