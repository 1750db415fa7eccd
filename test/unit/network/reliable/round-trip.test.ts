import { describe, expect, it } from 'vitest';
import { RoundTripTime } from '../../../../src/network/reliable/round-trip.ts';

describe('the time-out', () => {
  it('is the given one until a round trip has been measured', () => {
    expect(new RoundTripTime(200).timeout(0)).toBe(200);
  });

  it('is three round trips after the first, as RFC 6298 (2.2) has it', () => {
    const time = new RoundTripTime(200);
    time.add(100);
    expect(time.timeout(0)).toBe(300);
  });

  it('follows RFC 6298 (2.3) from then on', () => {
    const time = new RoundTripTime(200);
    time.add(100);
    time.add(180);
    // rttvar = 3/4 × 50 + 1/4 × 80 = 57.5; srtt = 7/8 × 100 + 1/8 × 180 = 110
    expect(time.timeout(0)).toBe(110 + 4 * 57.5);
  });

  it('is never nearer than 10 ms to the round trip', () => {
    const time = new RoundTripTime(200);
    for (let sample = 0; sample < 200; sample += 1) time.add(40);
    expect(time.timeout(0)).toBeCloseTo(50);
  });

  it('doubles for each attempt, six times, and never exceeds a minute', () => {
    const time = new RoundTripTime(200);
    const all = [0, 1, 2, 6, 7, 50].map((attempt) => time.timeout(attempt));
    expect(all).toEqual([200, 400, 800, 12_800, 12_800, 12_800]);
    expect(new RoundTripTime(50_000).timeout(1)).toBe(60_000);
  });
});
