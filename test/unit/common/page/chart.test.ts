import { describe, expect, it } from 'vitest';
import {
  cross,
  evenCeiling,
  niceCeiling,
  steps,
  timeAxis,
} from '../../../../src/common/page/index.ts';

describe('curves', () => {
  it.each([
    [8000, ['0 ms', '1600 ms', '8000 ms']],
    [12_500, ['0 s', '2.5 s', '12.5 s']],
    [100_000, ['0 s', '20 s', '100 s']],
  ])(
    'have a time axis in seconds when it is long: %d ms',
    (longest, [first, second, last]) => {
      const words = timeAxis(longest, 0).map((one) => />(.*)</.exec(one)?.[1]);
      expect([words[0], words[1], words.at(-1)]).toEqual([first, second, last]);
    },
  );

  it.each([
    [7, 8],
    [9, 10],
    [1201, 1250],
    [31, 40],
    [41, 50],
  ])('end at a round number: %d at %d', (value, end) => {
    expect(niceCeiling(value)).toBe(end);
  });

  it.each([
    [1, 2],
    [5, 6],
    [11.3, 12],
    [25, 30],
    [62, 80],
    [119, 120],
    [300, 300],
  ])('of counts end at an even number: %d at %d', (count, end) => {
    expect(evenCeiling(count)).toBe(end);
  });

  it('are level from each point to the next, and leave out what changes nothing', () => {
    const points = [1, 1, 3].map((value, index) => ({ at: index * 10, value }));
    expect(
      steps(
        points,
        (at) => at,
        (value) => -value,
      ),
    ).toBe('M0 -1H20V-3H20');
  });

  it('cross out where something is', () => {
    const ends = [...cross(100, 50).matchAll(/x1="96" y1="(\d+)" x2="104" y2="(\d+)"/g)];
    expect(ends.map(([, from, to]) => [from, to])).toEqual([
      ['46', '54'],
      ['54', '46'],
    ]);
  });
});
