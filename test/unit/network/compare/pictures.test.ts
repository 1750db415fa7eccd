import { describe, expect, it } from 'vitest';
import { fateStrip, spaceTime } from '../../../../src/network/compare/pictures.ts';
import type { LaneRecord } from '../../../../src/network/compare/record.ts';

/** A lane in which this many messages were sent, and one packet for each. All were lost. */
function lane(messages: number): LaneRecord {
  const ks = Array.from({ length: messages }, (_, index) => index + 1);
  return {
    lane: 'udp',
    size: 100,
    setUp: { ms: 0, packets: 0 },
    sent: ks.map((k) => k * 10),
    received: [],
    arrivals: [],
    corrupted: 0,
    kernelDrops: 0,
    fates: ks.map((k) => ({
      k,
      at: k * 10,
      attempt: 0,
      outcome: 'lost',
      copies: 0,
      overtakenBy: 0,
      corrupted: false,
    })),
    blocked: [],
    wire: undefined,
    finished: true,
    modelled: false,
  };
}

function count(picture: string, what: RegExp): number {
  return [...picture.matchAll(what)].length;
}

describe('the pictures of a comparison', () => {
  it.each([
    [400, 400],
    [401, 400],
    [5000, 400],
  ])('of %d messages show %d', (messages, shown) => {
    const record = lane(messages);
    expect(count(fateStrip(record), /<title>packet /g)).toBe(shown);
    expect(count(spaceTime(record, [record]), /<title>message /g)).toBe(shown);
  });

  it('say what they leave out', () => {
    expect(spaceTime(lane(401), [lane(401)])).toContain('The first 400 of 401 messages.');
    expect(spaceTime(lane(400), [lane(400)])).not.toContain('The first');
  });
});
