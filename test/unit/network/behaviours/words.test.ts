import { describe, expect, it } from 'vitest';
import {
  count,
  megabytes,
  ms,
  rounded,
  some,
} from '../../../../src/network/behaviours/words.ts';

describe('numbers for people', () => {
  it('have commas, and their things a plural', () => {
    expect(count(65_507)).toBe('65,507');
    expect([0, 1, 2000].map((n) => some(n, 'piece'))).toEqual([
      '0 pieces',
      '1 piece',
      '2,000 pieces',
    ]);
  });

  it('have as many digits as mean something', () => {
    expect([0.2149, 0.999, 4.26, 9.94, 43.7, 104.2].map(ms)).toEqual([
      '0.21 ms',
      '1 ms',
      '4.3 ms',
      '9.9 ms',
      '44 ms',
      '104 ms',
    ]);
    expect(rounded(0.2149)).toBe(0.21);
    expect(megabytes(4_290_000)).toBe('4.3 MB');
  });
});
