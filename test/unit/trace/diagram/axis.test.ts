import { describe, expect, it } from 'vitest';
import { Axis, linesFor, scaleFor } from '../../../../src/trace/diagram/axis.ts';

describe('the scale of time', () => {
  it('makes a line of what three quarters of the gaps do not exceed, rounded up', () => {
    expect(scaleFor([10, 20, 30, 400], 4)).toEqual({ step: 50, silence: 200 });
    expect(scaleFor([100, 100, 100, 100], 3)).toEqual({ step: 100, silence: 300 });
    expect(scaleFor([1001], 3).step).toBe(2000);
  });

  it('asks nothing of gaps that are none', () => {
    expect(scaleFor([], 3)).toEqual({ step: 1, silence: 3 });
    expect(scaleFor([0, 0, 70], 3).step).toBe(100);
  });

  it('is true between the least and silence, and cuts silence out', () => {
    const scale = scaleFor([100], 4);
    expect(linesFor(10, scale, 0.5)).toBe(0.5);
    expect(linesFor(150, scale, 0.5)).toBe(1.5);
    expect(linesFor(400, scale, 0.5)).toBe(4);
    expect(linesFor(401, scale, 0.5)).toBeUndefined();
  });
});

describe('an axis', () => {
  const axis = new Axis();
  for (const [t, y] of [
    [100, 10],
    [200, 20],
    [200, 30],
    [1200, 40],
  ] as const) {
    axis.add(t, y);
  }

  it('places what was placed, and what lies between in proportion', () => {
    expect([100, 150, 200, 700, 1200].map((t) => axis.place(t))).toEqual([
      10, 15, 20, 35, 40,
    ]);
  });

  it('stands still before the first and after the last', () => {
    expect([axis.place(0), axis.place(9999)]).toEqual([10, 40]);
    expect(new Axis().place(5)).toBe(0);
  });
});
