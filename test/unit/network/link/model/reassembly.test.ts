import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Delivery,
  Reassembly,
  type Segment,
} from '../../../../../src/network/link/model/reassembly.ts';

function segments(count: number): Segment<string>[] {
  return Array.from({ length: count }, (_, index) => ({
    item: `item ${index}`,
    index,
    k: index + 1,
    offset: index * 10,
    size: 10,
    offeredAt: 0,
    attempts: 1,
    sentAt: 0,
    arrivedAt: Infinity,
    acknowledged: false,
  }));
}

/** Lets packets of these segments arrive, one every millisecond. */
function arrive(
  all: readonly Segment<string>[],
  ...packets: number[][]
): Delivery<string>[] {
  const reassembly = new Reassembly<string>();
  const delivered: Delivery<string>[] = [];
  for (const [time, packet] of packets.entries()) {
    reassembly.arrive(
      packet.map((index) => all[index]!),
      time,
      delivered,
    );
  }
  return delivered;
}

describe('the receiving side of a stream', () => {
  it('passes on at once what comes in order', () => {
    const delivered = arrive(segments(3), [0], [1], [2]);
    expect(delivered.map(({ k, time, waitedFor }) => [k, time, waitedFor])).toEqual([
      [1, 0, 0],
      [2, 1, 0],
      [3, 2, 0],
    ]);
  });

  it('keeps what is behind a gap, and says what it waited for', () => {
    const delivered = arrive(segments(5), [0], [3], [4], [1, 2]);
    expect(
      delivered.map(({ k, arrivedAt, time, waitedFor }) => [
        k,
        arrivedAt,
        time,
        waitedFor,
      ]),
    ).toEqual([
      [1, 0, 0, 0],
      [2, 3, 3, 0],
      [3, 3, 3, 0],
      [4, 1, 3, 2],
      [5, 2, 3, 2],
    ]);
  });

  it('notices what came before', () => {
    expect(arrive(segments(2), [0], [0], [0, 1], [1]).map(({ k }) => k)).toEqual([1, 2]);
  });

  it('passes on everything once, in order, in whatever order and how often it comes', () => {
    const COUNT = 10;
    const more = fc.array(fc.array(fc.nat(COUNT - 1), { maxLength: 3 }));
    const order = fc.shuffledSubarray([...Array(COUNT).keys()], { minLength: COUNT });
    fc.assert(
      fc.property(more, order, (before, rest) => {
        const delivered = arrive(
          segments(COUNT),
          ...before,
          ...rest.map((index) => [index]),
        );
        expect(delivered.map(({ k }) => k)).toEqual(
          [...Array(COUNT).keys()].map((index) => index + 1),
        );
        for (const { arrivedAt, time, waitedFor } of delivered) {
          expect(waitedFor > 0).toBe(time > arrivedAt);
        }
      }),
    );
  });
});
