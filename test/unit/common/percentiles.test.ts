import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, percentile } from '../../../src/common/index.ts';

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });

describe('the median', () => {
  it('is the value in the middle, or half-way between the two', () => {
    expect(median([7])).toBe(7);
    expect(median([5, 1, 900, 3, 4])).toBe(4);
    expect(median([10, 2, 1, 3])).toBe(2.5);
  });

  it('compares numbers as numbers, from whatever holds them', () => {
    expect(median(new Set([100, 20, 3]))).toBe(20);
  });

  it('is not a number when there are no values', () => {
    expect(median([])).toBeNaN();
  });

  it('has as many values below it as above', () => {
    fc.assert(
      fc.property(values, (all) => {
        const middle = median(all);
        const half = all.length / 2;
        expect(all.filter((value) => value < middle).length).toBeLessThanOrEqual(half);
        expect(all.filter((value) => value > middle).length).toBeLessThanOrEqual(half);
      }),
    );
  });

  it('leaves the values in their order', () => {
    const all = [3, 1, 2];
    median(all);
    percentile(all, 50);
    expect(all).toEqual([3, 1, 2]);
  });
});

describe('a percentile', () => {
  it('is the value of the nearest rank', () => {
    const four = [10, 2, 1, 3];
    expect([0, 25, 50, 75, 76, 100].map((p) => percentile(four, p))).toEqual([
      1, 1, 2, 3, 10, 10,
    ]);
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    const percents = [1, 7, 50, 90, 99, 100];
    expect(percents.map((p) => percentile(hundred, p))).toEqual(percents);
  });

  it('is not a number when there are no values', () => {
    expect(percentile([], 50)).toBeNaN();
  });

  it('is the smallest value that at least this many do not exceed', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 100 }), (all, percent) => {
        const found = percentile(all, percent);
        const upTo = (limit: number): number =>
          all.filter((value) => value <= limit).length;
        const enough = (percent * all.length) / 100;
        expect(all).toContain(found);
        expect(upTo(found)).toBeGreaterThanOrEqual(enough);
        for (const less of all.filter((value) => value < found)) {
          expect(upTo(less)).toBeLessThan(enough);
        }
      }),
    );
  });
});
