/**
 * Kills the auctioneer at random moments, lets it go on, and looks for what was lost.
 *
 *   npm run fuzz:auction-crash                     100 kills, a seed from the clock
 *   npm run fuzz:auction-crash -- --kills 1000 --seed 7 --at-once 3
 */
import { parseArgs } from 'node:util';
import { freePort } from '../../src/common/process/index.ts';
import { playThroughCrashes } from '../support/auction-crash.ts';
import { compile } from '../support/compile.ts';

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string' },
    seed: { type: 'string' },
    'at-once': { type: 'string' },
  },
});
const kills = Number(options.kills ?? 100);
const atOnce = Number(options['at-once'] ?? 4);
const seed = options.seed ?? String(Date.now() % 2 ** 32);
if (!(kills > 0) || !(atOnce > 0)) {
  console.error('usage: auction-crash [--kills NUMBER] [--seed SEED] [--at-once NUMBER]');
  process.exit(2);
}

/** Kills in one game: its sixty rounds are over by then, more or less. */
const KILLS_A_GAME = 10;

const begun = performance.now();
const total = { games: 0, kills: 0, acknowledged: 0, returns: 0 };
let planned = 0;
let failed = false;

async function playOn(worker: number): Promise<void> {
  const port = await freePort(20_001 + 300 * worker + 3 * Math.floor(Math.random() * 90));
  while (planned < kills && !failed) {
    const game = { kills: Math.min(KILLS_A_GAME, kills - planned), port };
    planned += game.kills;
    total.games += 1;
    const report = await playThroughCrashes({ ...game, seed: `${seed}-${total.games}` });
    total.kills += report.moments.length;
    total.acknowledged += report.acknowledged;
    total.returns += report.returns;
    for (const fault of report.faults) {
      console.error(fault);
      failed = true;
    }
  }
}

try {
  await compile();
  await Promise.all(Array.from({ length: atOnce }, (_, worker) => playOn(worker)));
} catch (error) {
  console.error(error);
  failed = true;
}
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
console.log(
  `seed ${seed}: ${total.kills} kills in ${total.games} games, ${seconds} s; ` +
    `${total.acknowledged} bids acknowledged, ${total.returns} returns of bidders`,
);
process.exit(failed ? 1 : 0);
