import { describe, expect, it } from 'vitest';
import { jain } from '../../../src/common/jain.ts';

describe("Jain's index", () => {
  it('is 1 where all have the same, and 1/n where one has everything', () => {
    expect(jain([5, 5, 5, 5])).toBe(1);
    expect(jain([5, 0, 0, 0])).toBe(0.25);
    expect(jain([1, 2])).toBe(0.9);
    expect(jain([0, 0])).toBeNull();
  });
});
