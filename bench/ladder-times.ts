/**
 * The ladder's real times beside its virtual ones: the same rung, the same bad luck, twice.
 *
 *   npx tsx bench/ladder-times.ts             5 seeds of each: the table of docs/ladder.md
 *   … --seeds 3 --messages 500 --rate 8mbit   as in `socketlab ladder`
 *   … --round-trips 20,100                    milliseconds there and back
 *
 * Each figure is the median over the seeds of real time / virtual time, and the smallest and the
 * largest. What is above 1 is the machine's: in virtual time neither a packet nor a timer takes
 * any. All rungs, at 5 % loss each way.
 */
import { parseArgs } from 'node:util';
import { median } from '../src/common/index.ts';
import { linkOf, parseLink } from '../src/network/link/index.ts';
import { drive } from '../src/network/reliable/drive.ts';
import { rungOptions } from '../src/network/reliable/options.ts';
import { type Rung, RUNGS } from '../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../src/network/reliable/simulate.ts';
import { machine, row } from './support/print.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '100' },
    rate: { type: 'string' },
    'round-trips': { type: 'string', default: '20,40' },
  },
});
const SEEDS = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const ROUND_TRIPS = values['round-trips'].split(',').map(Number);
const messages = Array.from(
  { length: Number(values.messages) },
  () => new Uint8Array(1000),
);
const options = rungOptions();
const rate = values.rate === undefined ? '' : `,rate=${values.rate}`;

/** How many times as long as in virtual time the run takes on real datagrams. */
async function ratio(rung: Rung, roundTrip: number, seed: number): Promise<number> {
  const link = parseLink(`delay=${roundTrip / 2}ms,loss=5%,seed=${seed}${rate}`);
  const virtual = simulate({ rung, options, link: linkOf(link), messages });
  const real = await drive({ rung, options, link, messages });
  if (virtual.end !== 'done' || real.end !== 'done') {
    throw new Error(`${rung.name}, seed ${seed}: ${virtual.end}, ${real.end}`);
  }
  return real.time / virtual.time;
}

async function cell(rung: Rung, roundTrip: number): Promise<string> {
  const ratios: number[] = [];
  for (const seed of SEEDS) ratios.push(await ratio(rung, roundTrip, seed));
  const [middle, low, high] = [median(ratios), Math.min(...ratios), Math.max(...ratios)];
  return `${middle.toFixed(3)} [${low.toFixed(2)}–${high.toFixed(2)}]`;
}

console.log(`${machine()}, ${messages.length} messages, ${SEEDS.length} seeds${rate}\n`);
console.log(row('real / virtual', ...ROUND_TRIPS.map((ms) => `round trip ${ms} ms`)));
console.log(row('---', ...ROUND_TRIPS.map(() => '--:')));
for (const rung of RUNGS) {
  const cells: string[] = [];
  for (const roundTrip of ROUND_TRIPS) cells.push(await cell(rung, roundTrip));
  console.log(row(rung.name, ...cells));
}
