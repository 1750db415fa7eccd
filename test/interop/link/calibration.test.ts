/**
 * The model of a lossy TCP connection against a kernel's TCP over a link that really loses
 * packets. docs/link.md has the whole table; this is one row of it, to notice when it changes.
 */
import { describe, expect, it, type TestContext } from 'vitest';
import { median, percentile } from '../../../src/common/index.ts';
import {
  kernelRun,
  type KernelRun,
  latencies,
  modelledTimes,
  type Scenario,
  stalls,
  type Times,
  whyNoKernelLink,
} from './kernel/measure.ts';

/**
 * What is compared lasts 150 ms and more: time-outs. Only a machine that is late by a good part
 * of that spoils it, which even busy ones are not.
 */
const MOST_LATE = 60;

/** The runs that say something; several at a time, for they mostly wait. */
async function kernelRuns(
  context: TestContext,
  scenarios: readonly Scenario[],
): Promise<KernelRun[]> {
  const why = whyNoKernelLink();
  // Never required: most machines forbid it, also those on which peers are.
  if (why !== undefined) context.skip(`a kernel's TCP over a bad link: ${why}`);
  const runs = await Promise.all(scenarios.map(kernelRun));
  const good = runs.filter(({ late }) => late <= MOST_LATE);
  if (good.length >= scenarios.length / 2) return good;
  const lateness = runs.map(({ late }) => late.toFixed()).join(', ');
  return context.skip(`a kernel's TCP over a bad link: it was late, by ${lateness} ms`);
}

function scenario(link: string, seed: number, messages = 400): Scenario {
  return { link: `${link},seed=${seed}`, messages, every: 10, size: 32 };
}

/** How many stalls a run has, on average. */
function meanOf(runs: readonly { times: Times[] }[]): number {
  return runs.reduce((sum, { times }) => sum + stalls(times), 0) / runs.length;
}

/** Percentiles of many runs together: one alone is a matter of luck. */
function modelled(join: boolean, messages = 400): (p: number) => number {
  const runs = Array.from({ length: 100 }, (_, seed) =>
    latencies(modelledTimes(scenario('delay=50ms,loss=10%', seed, messages), join)),
  );
  return (p) => percentile(runs.flat(), p);
}

/** A short link: one message on its way at a time, and what is lost twice costs a time-out. */
const SHORT = 'delay=2ms,loss=10%';

describe("a kernel's TCP over a link that really loses packets", () => {
  it('stalls where losses are, about as often as the model says', async (context) => {
    const good = scenario('delay=2ms,loss=0%', 1, 200);
    const bad = [1, 2, 3, 4, 5].map((seed) => scenario(SHORT, seed, 200));
    const [[harmless], runs] = await Promise.all([
      kernelRuns(context, [good]),
      kernelRuns(context, bad),
    ]);
    expect(harmless!.times).toHaveLength(200);
    expect(stalls(harmless!.times)).toBe(0);
    const kernel = meanOf(runs);
    for (const join of [true, false]) {
      const model = meanOf(
        Array.from({ length: 200 }, (_, seed) => ({
          times: modelledTimes(scenario(SHORT, seed, 200), join),
        })),
      );
      // Together some twelve stalls, which leaves much to luck.
      expect(kernel / model).toBeGreaterThan(1 / 3);
      expect(kernel / model).toBeLessThan(3);
    }
  });
});

describe('the model', () => {
  it.each([
    ['that joins what waits', true, 400, [110, 250, 780]],
    ['that joins what waits, in its first second', true, 100, [105, 200, 370]],
    ['of segments of their own, in its first second', false, 100, [120, 200, 350]],
  ] as const)('%s has the percentiles that were calibrated', (_, join, messages, was) => {
    const model = modelled(join, messages);
    for (const [index, p] of [50, 90, 99].entries()) {
      const change = model(p) / was[index]! - 1;
      expect(Math.abs(change)).toBeLessThan(0.1);
    }
  });

  // docs/link.md has these brackets: 30 runs of the kernel, with the same seeds.
  it.each([
    [1, 0, 416, 417],
    [1, 1, 419, 433],
    [1, 5, 880, 1371],
    [1, 10, 3476, 4857],
    [1, 20, 98_092, 335_354],
    [10, 0, 452, 454],
    [10, 1, 573, 882],
    [10, 5, 3340, 4066],
    [10, 10, 7525, 9535],
    [50, 1, 1334, 3437],
    [50, 5, 12_888, 16_374],
    [50, 10, 25_546, 29_848],
    [50, 20, 185_823, 400_000],
  ])(
    'takes as long as the kernel for 1 MB over %i ms at a loss of %i %%',
    (delay, loss, low, high) => {
      // The kernel's link takes 0.3 ms more than it says, and may be 5 ms late in all.
      const link = `delay=${delay + 0.3}ms,loss=${loss}%,rate=20mbit`;
      const took = Array.from({ length: 30 }, (_, index) => {
        const bulk = { messages: 691, every: 0, size: 1448 };
        const one = { link: `${link},seed=${index + 1}`, ...bulk };
        return modelledTimes(one, true).at(-1)![1];
      });
      expect(median(took)).toBeGreaterThanOrEqual(low - 5);
      expect(median(took)).toBeLessThanOrEqual(high + 1);
    },
  );
});
