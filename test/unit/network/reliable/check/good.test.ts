/** The rungs of this lab break none of the rules by which others' cores are judged. */
import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../../../src/network/reliable/check/check.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';
import { runs } from '../../../../support/properties.ts';

const SEEDS = runs(1000);

describe.each(RUNGS)('$name', (rung) => {
  const { name } = rung;
  it.each(['sender', 'receiver'] as const)('has a %s without a fault', (role) => {
    const verdict = verdictOn(name, role, SEEDS, (end, options) => rung[end](options));
    expect(verdict).toEqual({ role, runs: SEEDS, failure: null });
  });
});
