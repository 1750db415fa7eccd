import { describe, expect, it } from 'vitest';
import { planOf } from '../../../../src/network/compare/options.ts';

describe('a plan', () => {
  it.each([
    ['messages', 1, 100_000],
    ['every', 0, 10_000],
    ['size', 8, 1400],
  ] as const)('takes %s from %d to %d, whole, and nothing else', (what, least, most) => {
    for (const good of [least, most]) expect(planOf({ [what]: good })[what]).toBe(good);
    for (const bad of [least - 1, most + 1, least + 1.5, NaN]) {
      expect(() => planOf({ [what]: bad })).toThrowError(
        expect.objectContaining({
          code: 'ERR_BAD_ARGUMENT',
          message: `compare: ${what} is a whole number from ${least} to ${most}, not ${bad}`,
        }) as Error,
      );
    }
  });

  it('cannot have less than a millisecond between two messages, and says why', () => {
    expect(() => planOf({ every: 0.05 })).toThrow(
      'every cannot be 0.05 ms, since timers count whole milliseconds: 1ms is the shortest',
    );
  });
});
