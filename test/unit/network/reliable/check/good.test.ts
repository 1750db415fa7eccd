/** The rungs of this lab break none of the rules by which others' cores are judged. */
import { describe, expect, it } from 'vitest';
import { check, type Verdict } from '../../../../../src/network/reliable/check/check.ts';
import { RUNGS } from '../../../../../src/network/reliable/rungs/rungs.ts';
import { runs } from '../../../../support/properties.ts';

const SEEDS = runs(1000);

function checked(name: string, role: 'sender' | 'receiver'): Verdict {
  const rung = RUNGS.find((one) => one.name === name)!;
  const checking = check(name, role, SEEDS, (end, options) => rung[end](options));
  for (;;) {
    const step = checking.next();
    if (step.done) return step.value;
  }
}

describe.each(RUNGS)('$name', ({ name }) => {
  it.each(['sender', 'receiver'] as const)('has a %s without a fault', (role) => {
    expect(checked(name, role)).toEqual({ role, runs: SEEDS, failure: null });
  });
});
