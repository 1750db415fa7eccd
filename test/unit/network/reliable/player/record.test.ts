import {
  type Arbitrary,
  assert,
  constantFrom,
  integer,
  nat,
  property,
  record as shape,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_EDITS } from '../../../../../src/network/reliable/edits.ts';
import { ladderPlan, simulationOf } from '../../../../../src/network/reliable/ladder.ts';
import {
  type Recorded,
  record,
} from '../../../../../src/network/reliable/player/record.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../../../../../src/network/reliable/simulate.ts';

const settings = shape({
  rung: constantFrom(...RUNGS),
  messages: integer({ min: 1, max: 12 }),
  window: integer({ min: 1, max: 6 }),
  loss: constantFrom(0, 0.1, 0.3),
  seed: integer({ min: 0, max: 1000 }),
  rate: constantFrom(1e5, 1e6, Infinity),
  chosen: nat(),
});
type Settings = typeof settings extends Arbitrary<infer S> ? S : never;

function planOf({ loss, messages, rate, seed, window }: Settings, edits = NO_EDITS) {
  const link = { delay: 20, loss, seed, ...(rate < Infinity && { rate }) };
  return simulationOf(
    ladderPlan({ link, messages, window, timeout: 150, size: 8, edits }),
  );
}

/** What had happened before this moment, without what the future adds to it. */
function before({ steps }: Recorded, time: number): unknown[] {
  return steps
    .filter((step) => step.time < time)
    .map(({ crossing, fired, time: at }) => [at, crossing?.name, fired]);
}

describe('a recorded run', () => {
  it('is the very run that the ladder makes', () => {
    assert(
      property(settings, (given) => {
        const plan = { ...planOf(given), rung: given.rung };
        expect(record(plan).run).toEqual(simulate(plan));
      }),
      { numRuns: 60 },
    );
  });

  it('is the same whenever the same packets are lost', () => {
    assert(
      property(settings, (given) => {
        const plan = { ...planOf(given), rung: given.rung };
        expect(record(plan)).toEqual(record(plan));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps its past when the fate of a packet is changed', () => {
    let compared = 0;
    assert(
      property(settings, (given) => {
        const { rung } = given;
        const old = record({ ...planOf(given), rung });
        const chosen = old.crossings[given.chosen % old.crossings.length]!;
        const edit = chosen.lostAt === undefined ? ('lose' as const) : ('save' as const);
        const plan = planOf(given, new Map([[chosen.name, edit]]));
        const changed = record({ ...plan, rung });
        const again = changed.crossings.find(({ name }) => name === chosen.name)!;
        expect(again.lostAt === undefined).toBe(edit === 'save');
        // Until then nothing is different.
        const moment = Math.min(chosen.leaves, again.leaves);
        expect(before(changed, moment)).toEqual(before(old, moment));
        compared += before(old, moment).length;
      }),
      { numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it('says which cell of the table each end went through', () => {
    const [rung] = RUNGS;
    const { steps } = record({
      ...simulationOf(ladderPlan({ link: { delay: 20 }, messages: 1, timeout: 100 })),
      rung: rung!,
    });
    const cells = steps.map(({ fired, time }) => [
      time,
      fired?.side,
      fired?.state,
      fired?.column,
      fired?.after,
    ]);
    expect(cells).toEqual([
      [0, 'sender', 'idle', 'offer', 'waiting'],
      [20, 'receiver', 'open', 'expected', 'lingering'],
      [40, 'sender', 'waiting', 'news', 'done'],
    ]);
  });
});
