import { describe, expect, it } from 'vitest';
import {
  datagramsSeen,
  numberedLane,
  streamSeen,
  waits,
} from '../../../../src/network/compare/kernel-lane.ts';
import { planOf } from '../../../../src/network/compare/index.ts';
import type { KernelCounts } from '../../../../src/network/link/index.ts';

const COUNTS: KernelCounts = {
  packets: 17,
  bytes: 1500,
  acknowledgements: 5,
  data: 7,
  copies: 1,
  arrivedAt: new Map([
    [1, 5000],
    [2, 5032],
    [3, 5020],
    [4, 5032],
  ]),
  lost: [new Set([2]), new Set([2])],
};
const SENT = [100, 110, 120, 130];

describe('a lane of which the kernel has counted the packets', () => {
  it('has its number behind the header of a frame', () => {
    const plan = planOf({ size: 50, messages: 9 });
    expect(numberedLane('framed', plan, 4000)).toEqual({
      transport: 'tcp',
      port: 4000,
      messages: 9,
      segment: 54,
      before: 4,
    });
    expect(numberedLane('udp', plan, 4000)).toMatchObject({
      transport: 'udp',
      segment: 50,
      before: 0,
    });
  });

  it('tells apart what the link lost and what nobody read in time', () => {
    const counts = { ...COUNTS, data: 4, copies: 2, lost: [new Set([2])] };
    const seen = datagramsSeen(SENT, 4, counts);
    expect(seen).toMatchObject({ kernelDrops: 1, blocked: [] });
    expect(seen.fates.map(({ outcome }) => outcome)).toEqual([
      'sent',
      'lost',
      'sent',
      'sent',
    ]);
  });

  it('counts what was sent again: packets with numbers that there were before', () => {
    const { fates, wire } = streamSeen(SENT, [], COUNTS);
    expect(wire).toEqual({
      packets: 17,
      bytes: 1500,
      acknowledgements: 5,
      retransmitted: 3,
    });
    expect(fates[1]).toMatchObject({ k: 2, at: 110, attempt: 0, outcome: 'lost' });
  });

  it('does not claim of a message that TCP has sent it, when nobody saw it', () => {
    const counts = { ...COUNTS, arrivedAt: new Map([[1, 5000]]) };
    expect(streamSeen(SENT, [], counts).fates.map(({ k }) => k)).toEqual([1, 2]);
  });
});

describe('waiting for a lost message, by the clock of the kernel', () => {
  it('is what arrived before it, and was read after that', () => {
    const read = [
      { k: 1, at: 101 },
      { k: 2, at: 134 },
      { k: 3, at: 134 },
      { k: 4, at: 135 },
    ];
    // Message 1 was read as it came: so the kernel's 5000 is our 101.
    expect(waits(read, COUNTS)).toEqual([
      { k: 3, arrivedAt: 121, readAt: 134, waitedFor: 2 },
    ]);
  });

  it('blames the one that came last', () => {
    const arrivedAt = new Map([
      [1, 60],
      [2, 40],
      [3, 20],
      [4, 70],
    ]);
    const read = [1, 2, 3, 4].map((k) => ({ k, at: k === 4 ? 70 : 60 }));
    const blocked = waits(read, { arrivedAt, lost: [new Set([1, 2])] });
    expect(blocked.map(({ k, waitedFor }) => [k, waitedFor])).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });

  it('is nothing where nothing was lost, or nothing arrived', () => {
    expect(waits([{ k: 1, at: 5 }], { arrivedAt: new Map([[1, 5]]), lost: [] })).toEqual(
      [],
    );
    expect(waits([], { arrivedAt: new Map(), lost: [new Set([1])] })).toEqual([]);
  });
});
