import { describe, expect, it } from 'vitest';
import { partitionPoint } from '../../../src/common/index.ts';

describe('partitionPoint', () => {
  it('counts those in front that hold, in rows of every length', () => {
    for (let length = 0; length <= 20; length += 1) {
      for (let holding = 0; holding <= length; holding += 1) {
        const asked: number[] = [];
        const found = partitionPoint(length, (place) => {
          asked.push(place);
          return place < holding;
        });
        expect(found).toBe(holding);
        expect(asked.every((place) => place >= 0 && place < length)).toBe(true);
      }
    }
  });
});
