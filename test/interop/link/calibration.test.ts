/**
 * The model of a lossy TCP connection against a kernel's TCP over a link that really loses
 * packets. docs/link.md has the whole table; this is one row of it, to notice when it changes.
 */
import { describe, expect, it, type TestContext } from 'vitest';
import {
  kernelTimes,
  latencies,
  modelledTimes,
  type Scenario,
  whyNoKernelLink,
} from './kernel/measure.ts';
import { percentile } from './kernel/percentile.ts';

/** A kernel's run takes a second; on a machine that is busy it is told to be worth nothing. */
const TRIES = 3;

/** Latencies of a run. Skips where there can be none, or none that says anything. */
async function kernel(context: TestContext, scenario: Scenario): Promise<number[]> {
  const why = whyNoKernelLink();
  // Never required: most machines forbid it, also those on which peers are.
  if (why !== undefined) context.skip(`a kernel's TCP over a bad link: ${why}`);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const times = await kernelTimes(scenario);
    if (times) return latencies(times);
  }
  return context.skip(
    `a kernel's TCP over a bad link: ${TRIES} times, this machine was late`,
  );
}

function scenario(loss: string, seed: number, messages = 400): Scenario {
  return { link: `delay=50ms,loss=${loss},seed=${seed}`, messages, every: 10, size: 32 };
}

/** Percentiles of many runs together: one alone is a matter of luck. */
function modelled(join: boolean, messages = 400): (p: number) => number {
  const runs = Array.from({ length: 100 }, (_, seed) =>
    latencies(modelledTimes(scenario('10%', seed, messages), join)),
  );
  return (p) => percentile(runs.flat(), p);
}

describe("a kernel's TCP over a link that really loses packets", () => {
  it('is as late without loss as the link is long', async (context) => {
    const late = await kernel(context, scenario('0%', 1, 100));
    expect(late).toHaveLength(100);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(50);
    expect(percentile(late, 0.5)).toBeLessThan(70);
  });

  it('is about as late with loss as the model says', async (context) => {
    const late: number[] = [];
    for (const seed of [1, 2, 3]) {
      late.push(...(await kernel(context, scenario('10%', seed, 100))));
    }
    const model = modelled(true, 100);
    // Together some 30 losses, which leaves much to luck.
    for (const p of [0.5, 0.9]) {
      const ratio = percentile(late, p) / model(p);
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  });
});

describe('the model', () => {
  it.each([
    ['that joins what waits', true, 400, [120, 310, 990]],
    ['that joins what waits, in its first second', true, 100, [110, 240, 470]],
    ['of segments of their own, in its first second', false, 100, [115, 190, 410]],
  ] as const)('%s has the percentiles that were calibrated', (_, join, messages, was) => {
    const model = modelled(join, messages);
    for (const [index, p] of [0.5, 0.9, 0.99].entries()) {
      const change = model(p) / was[index]! - 1;
      expect(Math.abs(change)).toBeLessThan(0.1);
    }
  });
});
