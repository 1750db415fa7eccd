import { describe, expect, it } from 'vitest';
import {
  climb,
  type LadderOptions,
  ladderPlan,
} from '../../../../../src/network/reliable/ladder.ts';
import {
  type FlowRecord,
  Recorder,
} from '../../../../../src/network/reliable/report/record.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';

/** The records of one rung, a flow for each sender. */
function flowsOf(rung: string, given: LadderOptions): readonly FlowRecord[] {
  const plan = ladderPlan({ ...given, rungs: [rung] });
  const recorder = new Recorder(plan.options);
  Array.from(climb(plan, recorder));
  return recorder.records[0]!.flows;
}

const BAD: LadderOptions = { messages: 60, link: { loss: 0.1, delay: 10, seed: 3 } };

describe.each(RUNGS)('the record of $name', ({ name }) => {
  it('changes nothing: the result is that of a run without one', () => {
    const plan = ladderPlan({ ...BAD, rungs: [name] });
    expect([...climb(plan, new Recorder(plan.options))]).toEqual([...climb(plan)]);
  });

  it('has every message acknowledged after it was sent, and the window in front of that', () => {
    const [flow] = flowsOf(name, BAD);
    const { acknowledged, base, delivered, edge, sendings } = flow!;
    for (const { at, attempt, message } of sendings) {
      if (attempt === 0) expect(acknowledged[message]).toBeGreaterThan(at);
    }
    expect(acknowledged).toHaveLength(60);
    for (const points of [base, delivered]) {
      const values = points.map(({ value }) => value);
      expect(values).toEqual(values.toSorted((one, other) => one - other));
      expect(values.at(-1)).toBe(60);
    }
    for (const { at, value } of edge) {
      const before = base.findLast((point) => point.at <= at)!;
      expect(value).toBeGreaterThanOrEqual(before.value);
    }
  });

  it('knows which packets were lost, and that these were sent again', () => {
    const [flow] = flowsOf(name, { messages: 20, link: { delay: 10, drop: [3] } });
    const lost = flow!.sendings.filter((sending) => sending.lost);
    expect(lost).toMatchObject([{ message: 2, attempt: 0 }]);
    expect(flow!.sendings).toContainEqual(
      expect.objectContaining({ message: 2, attempt: 1, lost: false }),
    );
  });
});

describe('a record', () => {
  it('numbers messages on where sequence numbers begin again', () => {
    const [flow] = flowsOf('selective-repeat', { ...BAD, space: 8, window: 4 });
    const first = flow!.sendings.filter(({ attempt }) => attempt === 0);
    expect(first.map(({ message }) => message)).toEqual([...Array(60).keys()]);
    expect(flow!.base.at(-1)!.value).toBe(60);
  });

  it('has round trips of the link, an estimate near them, and no timer below', () => {
    const link = { delay: 25 };
    const [flow] = flowsOf('round-trip-time', { messages: 50, window: 4, link });
    const { roundTrips, smoothed, timers } = flow!;
    expect(roundTrips).toHaveLength(50);
    for (const { value } of [...roundTrips, ...smoothed])
      expect(value).toBeCloseTo(50, 3);
    for (const { value } of timers) expect(value).toBeGreaterThan(50);
  });

  it('has the window of one packet of stop-and-wait, and the one chosen above', () => {
    const given = { messages: 10, window: 4, link: { delay: 5 } };
    expect(flowsOf('stop-and-wait', given)[0]!.edge[0]).toEqual({ at: 0, value: 1 });
    expect(flowsOf('go-back-n', given)[0]!.edge[0]).toEqual({ at: 0, value: 4 });
  });

  it('has a congestion window with a threshold after the first loss, on the highest rung only', () => {
    const given = { messages: 100, link: { delay: 10, drop: [30] } };
    const [flow] = flowsOf('congestion-control', given);
    expect(flow!.windows[0]).toEqual({ at: 0, value: 10 });
    expect(flow!.thresholds).toHaveLength(1);
    const highest = Math.max(...flow!.windows.map(({ value }) => value));
    expect(flow!.thresholds[0]!.value).toBeLessThan(highest);
    expect(flowsOf('flow-control', given)[0]!.windows).toEqual([]);
  });

  it('keeps several senders and their luck apart', () => {
    const flows = flowsOf('selective-repeat', { ...BAD, senders: 2 });
    const lost = flows.map(({ sendings }) => sendings.filter((one) => one.lost).length);
    expect(lost.every((count) => count > 0)).toBe(true);
    for (const { sendings } of flows)
      for (const { attempt, lost: isLost, message } of sendings)
        if (isLost)
          expect(
            sendings.some((one) => one.message === message && one.attempt > attempt),
          ).toBe(true);
  });
});
