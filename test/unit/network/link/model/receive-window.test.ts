import { describe, expect, it } from 'vitest';
import { LARGEST_SEGMENT } from '../../../../../src/network/link/model/headers.ts';
import { ReceiveWindow } from '../../../../../src/network/link/model/receive-window.ts';

const TRIP = 20;

/** Reads this many segments in each round trip, one after the other, and ends with a round trip. */
function after(...rounds: readonly number[]): ReceiveWindow {
  const window = new ReceiveWindow(TRIP);
  for (const [round, segments] of rounds.entries()) {
    for (let count = 0; count < segments; count += 1) {
      const now = round * TRIP + (count * TRIP) / segments;
      window.take(now, TRIP, LARGEST_SEGMENT);
    }
  }
  // The last round is over, and the window grows as far as it may.
  for (let more = 0; more < 1000; more += 1) window.take(rounds.length * TRIP, TRIP, 0);
  return window;
}

describe('a receive window', () => {
  it('grows to 80 KB for whoever reads no more than ten segments in a round trip', () => {
    expect(after(10, 10, 10).bytes).toBe(80 * 1024);
  });

  it('makes room for two round trips and 16 segments, and more the faster reading became', () => {
    const read = 40 * LARGEST_SEGMENT;
    const faster = (40 - 10) / 10;
    const room = (2 * read + 16 * LARGEST_SEGMENT) * (1 + 2 * faster);
    expect(after(40).bytes).toBe(room);
  });

  it('does not shrink when less is read', () => {
    expect(after(40, 12, 12).bytes).toBeGreaterThanOrEqual(after(40).bytes);
  });

  it('measures for longer when round trips become longer', () => {
    const window = new ReceiveWindow(TRIP);
    for (let now = 0; now < 20_000; now += 10) window.take(now, 200, 0);
    // Twenty segments in each of 200 ms; these would be two in each of 20 ms.
    for (let now = 20_000; now < 21_000; now += 10)
      window.take(now, 200, LARGEST_SEGMENT);
    expect(window.bytes).toBeGreaterThan(80 * 1024);
  });
});
