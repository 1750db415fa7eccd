/** The rungs of this lab break none of the rules by which others' cores are judged. */
import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../../../src/network/reliable/check/check.ts';
import type { CoreMaker } from '../../../../../src/network/reliable/check/guarded.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';
import { runs } from '../../../../support/properties.ts';

import { Sender as OneTimer } from '../../../../fixtures/ladder/one-timer.ts';

const SEEDS = runs(1000);

describe.each(RUNGS)('$name', (rung) => {
  const { name } = rung;
  it.each(['sender', 'receiver'] as const)('has a %s without a fault', (role) => {
    const verdict = verdictOn(name, role, SEEDS, (end, options) => rung[end](options));
    expect(verdict).toEqual({ role, runs: SEEDS, failure: null });
  });
});

describe('a congestion-control sender with one timer for all packets', () => {
  it('has no fault either', () => {
    const make: CoreMaker = (_, options) => new OneTimer(options);
    const verdict = verdictOn('congestion-control', 'sender', SEEDS, make);
    expect(verdict.failure).toBeNull();
  });
});
