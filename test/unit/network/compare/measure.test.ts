import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LaneRecord, measure } from '../../../../src/network/compare/index.ts';
import { messageOf, numberOf } from '../../../../src/network/compare/message.ts';

/** A lane that sent a message every 10 ms, and in which this arrived. */
function lane(sent: number, arrivals: [k: number, at: number][]): LaneRecord {
  return {
    lane: 'udp',
    size: 100,
    setUp: { ms: 0, packets: 0 },
    sent: Array.from({ length: sent }, (_, index) => index * 10),
    received: arrivals.map(([k, at]) => ({ at, bytes: 100, message: k })),
    arrivals: arrivals.map(([k, at]) => ({ k, at })),
    corrupted: 0,
    kernelDrops: 0,
    fates: [],
    blocked: [],
    wire: { packets: sent, bytes: sent * 128, acknowledgements: 0 },
    finished: true,
    modelled: false,
  };
}

describe('measuring a lane', () => {
  it('counts what was lost, duplicated and overtaken', () => {
    const result = measure(
      lane(5, [
        [1, 50],
        [3, 70],
        [2, 71],
        [3, 75],
        [5, 90],
        [5, 91],
        [5, 92],
      ]),
    );
    expect(result).toMatchObject({
      sent: 5,
      delivered: 4,
      lost: 1,
      duplicated: 3,
      outOfOrder: 1,
      events: 7,
      boundariesKept: 7,
    });
  });

  it('takes percentiles of what arrived, by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index): [number, number] => [
      index + 1,
      index * 10 + index + 1,
    ]);
    expect(measure(lane(100, hundred)).latencyMs).toEqual({
      p50: 50,
      p90: 90,
      p99: 99,
      max: 100,
    });
    expect(measure(lane(3, [[2, 17]])).latencyMs).toEqual({
      p50: 7,
      p90: 7,
      p99: 7,
      max: 7,
    });
    expect(measure(lane(3, [])).latencyMs).toBeNull();
  });

  it('names each message that others waited for once, the longest wait first', () => {
    const blocked = [
      { k: 3, arrivedAt: 70, readAt: 300, waitedFor: 2 },
      { k: 4, arrivedAt: 80, readAt: 300, waitedFor: 2 },
      { k: 8, arrivedAt: 120, readAt: 150, waitedFor: 7 },
    ];
    expect(measure({ ...lane(9, []), blocked }).blocked).toEqual({
      messages: 3,
      longestMs: 230,
      examples: [
        { message: 3, waitedFor: 2, ms: 230 },
        { message: 8, waitedFor: 7, ms: 30 },
      ],
    });
  });

  it('names three of them at most, of equal waits the earlier message first', () => {
    const blocked = [9, 7, 5, 3].map((k) => {
      return { k, arrivedAt: 100, readAt: 200, waitedFor: k - 1 };
    });
    const result = measure({ ...lane(9, []), blocked }).blocked!;
    expect(result.messages).toBe(4);
    expect(result.examples.map(({ message }) => message)).toEqual([3, 5, 7]);
  });

  it('shortens no wait to nothing', () => {
    const blocked = [
      { k: 3, arrivedAt: 70, readAt: 70.0123, waitedFor: 2 },
      { k: 5, arrivedAt: 80, readAt: 80.26, waitedFor: 4 },
    ];
    const result = measure({ ...lane(9, []), blocked }).blocked!;
    expect(result).toMatchObject({ messages: 2, longestMs: 0.3 });
    expect(result.examples[1]).toMatchObject({ message: 3, ms: 0.012 });
  });

  it('counts all that come after a later one, not only the first of them', () => {
    const late = lane(4, [
      [4, 50],
      [1, 51],
      [2, 52],
      [3, 53],
    ]);
    expect(measure(late).outOfOrder).toBe(3);
  });

  it('counts what was corrupted, and what came with others or in pieces', () => {
    const received = [1, undefined, undefined].map((message) => {
      return { at: 9, bytes: 150, message };
    });
    const result = measure({ ...lane(4, [[1, 9]]), received, corrupted: 2 });
    expect(result).toMatchObject({ corrupted: 2, events: 3, boundariesKept: 1 });
  });

  it('takes a message for there when it came first, in tenths of a millisecond', () => {
    const twice = lane(1, [
      [1, 7.25],
      [1, 900],
    ]);
    expect(measure(twice).latencyMs).toEqual({ p50: 7.3, p90: 7.3, p99: 7.3, max: 7.3 });
  });

  it('counts what was sent again, and the bytes for each message', () => {
    const fates = [0, 0, 1, 2].map((attempt) => {
      const more = { outcome: 'sent' as const, copies: 0, overtakenBy: 0 };
      return Object.assign({ k: 1, at: 0, attempt, corrupted: false }, more);
    });
    const wire = { packets: 4, bytes: 1001, acknowledgements: 0 };
    expect(measure({ ...lane(3, []), fates, wire }).wire).toEqual({
      ...wire,
      bytesPerMessage: 333.7,
      retransmitted: 2,
    });
    expect(measure(lane(0, [])).wire).toMatchObject({ bytesPerMessage: 0 });
  });

  it('accounts for every message, whatever arrives', () => {
    const arrival = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 100 }), (arrivals) => {
        const { delivered, duplicated, lost, outOfOrder, sent } = measure(
          lane(30, arrivals),
        );
        expect(delivered + lost).toBe(sent);
        expect(delivered + duplicated).toBe(arrivals.length);
        expect(outOfOrder).toBeLessThan(Math.max(1, delivered));
      }),
    );
  });
});

describe('a message', () => {
  it('knows its number, and whether a bit of it was changed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        fc.integer({ min: 8, max: 300 }),
        fc.nat(),
        (k, size, bit) => {
          const message = messageOf(k, size);
          expect(message).toHaveLength(size);
          expect(numberOf(message)).toBe(k);
          message[(bit >> 3) % size]! ^= 1 << (bit & 7);
          expect(numberOf(message)).toBeUndefined();
        },
      ),
    );
  });

  it.each([8, 9, 100])('of %d bytes is none after any single flip', (size) => {
    const intact = Array.from({ length: size * 8 }, (_, bit) => {
      const message = messageOf(3, size);
      message[bit >> 3]! ^= 1 << (bit & 7);
      return numberOf(message);
    }).filter((k) => k !== undefined);
    expect(intact).toEqual([]);
  });

  it('is none when bytes are missing', () => {
    expect(numberOf(messageOf(7, 100).subarray(0, 7))).toBeUndefined();
    expect(numberOf(Buffer.alloc(0))).toBeUndefined();
  });
});
