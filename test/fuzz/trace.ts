/**
 * Plays random conversations under the recorder: what the trace says must be what happened.
 *
 *   npm run fuzz:trace                          500 conversations, a seed from the clock
 *   npm run fuzz:trace -- --runs 25 --seed 7
 *   npm run fuzz:trace -- --seed 7 --alone 13 --keep trace.jsonl     the 13th of them alone
 *
 * The truth is what the programs print; see test/support/truths.ts.
 */
import { parseArgs } from 'node:util';
import { conversations } from '../support/conversations.ts';
import { play } from '../support/played.ts';

const BATCH = 50;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    alone: { type: 'string' },
    keep: { type: 'string' },
  },
});
const seed = Number(options.seed ?? Date.now() % 2 ** 31);
const runs = Number(options.runs ?? 500);
const alone = options.alone === undefined ? undefined : Number(options.alone);
if (!Number.isInteger(seed) || !(runs > 0) || Number.isNaN(alone)) {
  console.error(
    'usage: npm run fuzz:trace -- [--runs NUMBER] [--seed NUMBER] [--alone NUMBER] [--keep FILE]',
  );
  process.exit(2);
}

let wrong = 0;
if (alone !== undefined) {
  const [plan] = conversations(seed, 1, alone);
  console.log(JSON.stringify(plan, null, 2));
  for (const line of await play([plan!], options.keep)) {
    wrong += 1;
    console.log(line);
  }
} else {
  console.log(`${runs} conversations of seed ${seed}`);
  for (let first = 0; first < runs; first += BATCH) {
    const plans = conversations(seed, Math.min(BATCH, runs - first), first);
    for (const line of await play(plans, options.keep)) {
      wrong += 1;
      console.log(line);
    }
    // The trace of the first that are wrong is the one to look at.
    if (wrong > 0 && options.keep !== undefined) break;
  }
  console.log(`${wrong} contradictions`);
}
process.exitCode = wrong === 0 ? 0 : 1;
