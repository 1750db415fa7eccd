import { describe, expect, it } from 'vitest';
import {
  CongestionWindow,
  LARGEST_SEGMENT,
} from '../../../src/link/congestion-window.ts';

/** One round trip in which a full window is acknowledged. */
function trip(window: CongestionWindow): void {
  const full = window.bytes;
  for (let acknowledged = 0; acknowledged < full; acknowledged += LARGEST_SEGMENT) {
    window.grow(LARGEST_SEGMENT);
  }
}

describe('a congestion window', () => {
  it('begins with ten segments and doubles every round trip', () => {
    const window = new CongestionWindow();
    expect(window.bytes).toBe(14_600);
    trip(window);
    trip(window);
    expect(window.bytes).toBe(4 * 14_600);
  });

  it('falls to 0.7 at a loss, and then grows by about half a segment a round trip', () => {
    const window = new CongestionWindow();
    window.shrink();
    expect(window.bytes).toBeCloseTo(0.7 * 14_600);
    const before = window.bytes;
    for (let count = 0; count < 10; count += 1) trip(window);
    const grown = (window.bytes - before) / LARGEST_SEGMENT;
    expect(grown).toBeGreaterThan(4);
    expect(grown).toBeLessThan(7);
  });

  it('falls to one segment at a time-out, and starts slowly up to 0.7 of what it was', () => {
    const window = new CongestionWindow();
    window.collapse();
    expect(window.bytes).toBe(LARGEST_SEGMENT);
    trip(window);
    expect(window.bytes).toBe(2 * LARGEST_SEGMENT);
    trip(window);
    expect(window.bytes).toBe(4 * LARGEST_SEGMENT);
    trip(window);
    trip(window);
    expect(window.bytes).toBeGreaterThan(0.7 * 14_600);
    expect(window.bytes).toBeLessThan(8 * LARGEST_SEGMENT);
  });

  it('never falls below two segments by losses', () => {
    const window = new CongestionWindow();
    for (let count = 0; count < 50; count += 1) window.shrink();
    expect(window.bytes).toBe(2 * LARGEST_SEGMENT);
  });
});
