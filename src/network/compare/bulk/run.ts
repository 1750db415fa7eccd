/**
 * Runs the bulk lanes one after the other, over links with the same bad luck.
 *
 *   plan ──► udp ──► tcp ──► records ──► figures
 */
import { runUdp } from '../lanes/udp.ts';
import type { Plan } from '../options.ts';
import { fromFirst, type RunOptions, within } from '../run.ts';
import { virtualLane } from '../virtual.ts';
import { bulkFigures, type BulkResult } from './figures.ts';
import {
  type BulkLane,
  type BulkOptions,
  type BulkPlan,
  bulkPlanOf,
  PACKET,
  packetsOf,
} from './plan.ts';
import { bulkOfDatagrams, type BulkRecord } from './record.ts';
import { realTcp } from './streams.ts';
import { virtualTcp } from './virtual.ts';

/** How long a lane may take while something arrives now and then, in milliseconds. */
const LONGEST = 600_000;
/** How long making and closing connections may take in addition. */
const GRACE = 120_000;

export interface BulkComparison {
  plan: BulkPlan;
  records: readonly BulkRecord[];
  results: readonly BulkResult[];
}

/**
 * @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK
 * @throws {TimedOutError} when a lane does not end
 * @throws the signal's reason
 */
export async function compareBulk(
  options: BulkOptions,
  run: RunOptions = {},
): Promise<BulkComparison> {
  const plan = bulkPlanOf(options);
  const records: BulkRecord[] = [];
  for (const lane of plan.lanes) records.push(await recordOf(lane, plan, run));
  return { plan, records, results: records.map((one) => bulkFigures(one, plan)) };
}

async function recordOf(
  lane: BulkLane,
  plan: BulkPlan,
  { longest = LONGEST, onProgress, signal }: RunOptions,
): Promise<BulkRecord> {
  const datagrams = asMessages(plan);
  if (plan.virtual) {
    if (lane === 'tcp') return virtualTcp(plan);
    return bulkOfDatagrams(fromFirst(virtualLane('udp', datagrams)), plan);
  }
  const total = plan.lanes.length * plan.streams * plan.bytes;
  let done = plan.lanes.indexOf(lane) * plan.streams * plan.bytes;
  const onSent = (bytes: number): void => {
    done = Math.min(total, done + bytes);
    onProgress?.(done, total, lane);
  };
  // The lane ends by itself, and then its record says how far it got.
  const time = longest + datagrams.messages * plan.every + GRACE;
  return within(lane, time, signal, async (inTime) => {
    if (lane === 'tcp') return realTcp(plan, { signal: inTime, onSent }, longest);
    const each = { signal: inTime, onSent: () => onSent(PACKET) };
    return bulkOfDatagrams(fromFirst(await runUdp(datagrams, each)), plan);
  });
}

/** Simplification: the last datagram is as long as the others, and counts as what it carries. */
function asMessages(plan: BulkPlan): Plan {
  const { every, kernel, link, streams, virtual } = plan;
  const messages = streams * packetsOf(plan);
  return { messages, every, size: PACKET, lanes: ['udp'], link, kernel, virtual };
}
