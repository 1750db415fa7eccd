import { describe, expect, it } from 'vitest';
import { RoundTrips } from '../../../../../src/network/link/model/round-trips.ts';

describe("a sender's patience", () => {
  it('is the round trip and 200 ms where every trip is the same', () => {
    const trips = new RoundTrips(100);
    for (let count = 0; count < 50; count += 1) trips.add(100);
    expect(trips.smoothed).toBeCloseTo(100);
    expect(trips.timeout).toBeCloseTo(300);
  });

  it('grows with the variation', () => {
    const trips = new RoundTrips(100);
    for (let count = 0; count < 50; count += 1) trips.add(count % 2 === 0 ? 50 : 350);
    expect(trips.timeout).toBeGreaterThan(600);
    expect(trips.least).toBe(50);
  });

  it('falls slowly: by a quarter of the way in each round trip', () => {
    const trips = new RoundTrips(100);
    expect(trips.timeout).toBe(300);
    trips.add(300, 1, 5);
    expect(trips.timeout).toBe(125 + 350);
    trips.add(125, 2, 5);
    expect(trips.timeout).toBe(125 + 350);
    trips.add(125, 6, 9);
    expect(trips.timeout).toBe(125 + 350 - (350 - 262.5) / 4);
  });

  it('hardly grows when a round trip is shorter than usual', () => {
    const [longer, shorter] = [new RoundTrips(1000), new RoundTrips(1000)];
    longer.add(2000);
    shorter.add(0);
    expect(longer.timeout).toBe(1125 + 2500);
    expect(shorter.timeout).toBe(875 + 2062.5);
  });

  it('doubles for each time-out in a row, up to two minutes, and not after a round trip', () => {
    const trips = new RoundTrips(100);
    const before = trips.timeout;
    trips.backOff();
    trips.backOff();
    expect(trips.timeout).toBe(4 * before);
    for (let count = 0; count < 20; count += 1) trips.backOff();
    expect(trips.timeout).toBe(120_000);
    trips.add(100);
    expect(trips.timeout).toBe(before);
  });
});
