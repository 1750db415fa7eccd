/**
 * Runs the lanes one after the other, over links with the same bad luck.
 *
 *   plan ──► udp ──► tcp ──► framed ──► records ──measure──► results
 *
 * Side by side, one lane's work would delay another. The lanes share only the seed: each has
 * its own relay.
 */
import { deadline } from '../../common/index.ts';
import type { LaneRun } from './lanes/lane.ts';
import { runFramed, runTcp } from './lanes/stream.ts';
import { runUdp } from './lanes/udp.ts';
import { type LaneResult, measure } from './measure.ts';
import { type CompareOptions, type Plan, planOf } from './options.ts';
import type { LaneName, LaneRecord } from './record.ts';
import { virtualLane } from './virtual.ts';

export interface Comparison {
  plan: Plan;
  records: readonly LaneRecord[];
  results: readonly LaneResult[];
  /** The same fates in the model, if the kernel lost messages by their numbers. */
  model?: readonly LaneResult[] | undefined;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  /** How long a bulk lane may take while something arrives now and then, milliseconds. */
  longest?: number | undefined;
  /** Reports progress: `done` of `total` steps, and the lane that is running. */
  onProgress?: ((done: number, total: number, lane: LaneName) => void) | undefined;
}

const RUNS: Record<LaneName, (plan: Plan, run: LaneRun) => Promise<LaneRecord>> = {
  udp: runUdp,
  tcp: runTcp,
  framed: runFramed,
};

/** How long a lane may take after the last message: TCP is patient with a very bad link. */
const PATIENCE = 120_000;

/**
 * @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK
 * @throws {TimedOutError} when a lane does not end
 * @throws the signal's reason
 */
export async function compare(
  options: CompareOptions = {},
  { signal, onProgress }: RunOptions = {},
): Promise<Comparison> {
  const plan = planOf(options);
  const total = plan.lanes.length * plan.messages;
  const records: LaneRecord[] = [];
  if (plan.virtual) {
    records.push(...plan.lanes.map((lane) => fromFirst(virtualLane(lane, plan))));
    return { plan, records, results: records.map(measure) };
  }
  await warmUp(plan, signal);
  for (const [index, lane] of plan.lanes.entries()) {
    const onSent = (k: number): void =>
      onProgress?.(index * plan.messages + k, total, lane);
    records.push(fromFirst(await runLane(lane, plan, onSent, signal)));
  }
  const results = records.map(measure);
  return {
    plan,
    records,
    results,
    model: plan.kernel?.exact ? inModel(plan) : undefined,
  };
}

/** The kernel loses messages, and neither acknowledgements nor what opens and closes. */
function inModel(plan: Plan): LaneResult[] {
  const link = { ...plan.link, lossBack: 0 };
  const virtual = { ...plan, kernel: undefined, link, virtual: true };
  return plan.lanes.map((lane) => measure(fromFirst(virtualLane(lane, virtual))));
}

/** A program's first messages are slow over any transport, so these are not counted. */
async function warmUp(plan: Plan, signal: AbortSignal | undefined): Promise<void> {
  const perfect = { ...plan, messages: 50, every: 0, link: {} };
  for (const lane of plan.lanes) await runLane(lane, perfect, () => {}, signal);
}

async function runLane(
  lane: LaneName,
  plan: Plan,
  onSent: (k: number) => void,
  signal: AbortSignal | undefined,
): Promise<LaneRecord> {
  const time = plan.messages * plan.every + PATIENCE;
  return within(lane, time, signal, (inTime) =>
    RUNS[lane](plan, { signal: inTime, onSent }),
  );
}

/** @param time the most that a lane may take, in milliseconds */
export async function within<T>(
  lane: LaneName,
  time: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = deadline(`the lane ${lane}`, time, signal);
  try {
    return await work(limit.signal);
  } catch (error) {
    limit.signal.throwIfAborted(); // the error only says that something was closed
    throw error;
  } finally {
    limit.clear();
  }
}

/** Makes all times relative to the first message. */
export function fromFirst(record: LaneRecord): LaneRecord {
  const start = record.sent[0] ?? 0;
  const relayStart = record.fates[0]?.at ?? 0;
  return {
    ...record,
    sent: record.sent.map((at) => at - start),
    received: record.received.map((event) => ({ ...event, at: event.at - start })),
    arrivals: record.arrivals.map(({ k, at }) => ({ k, at: at - start })),
    fates: record.fates.map((fate) => ({ ...fate, at: fate.at - relayStart })),
    blocked: record.blocked?.map((one) => ({
      ...one,
      arrivedAt: one.arrivedAt - relayStart,
      readAt: one.readAt - relayStart,
    })),
  };
}
