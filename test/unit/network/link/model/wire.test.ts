import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fatesOf, unharmed } from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import type { Fate } from '../../../../../src/network/link/model/packet.ts';
import { type Outcome, Wire } from '../../../../../src/network/link/model/wire.ts';

const SIZE = 100;

function wire(options: LinkOptions = {}): Wire<number> {
  return new Wire(linkOf(options).there);
}

function fate(what: Partial<Fate>): Fate {
  return { ...unharmed(0), ...what };
}

/** Offers packet k at the k-th time, and takes each arrival when the wire asks for it. */
function travel(
  on: Wire<number>,
  times: readonly number[],
  fateOf: (k: number) => Fate,
): { arrivals: { k: number; time: number; copy: number }[]; outcomes: Outcome[] } {
  const arrivals: { k: number; time: number; copy: number }[] = [];
  const outcomes: Outcome[] = [];
  const takeUntil = (now: number): void => {
    while (on.nextTime <= now) {
      for (const { item, time, copy } of on.take(on.nextTime)) {
        arrivals.push({ k: item, time, copy });
      }
    }
  };
  for (const [index, time] of times.entries()) {
    takeUntil(time);
    outcomes.push(on.offer(time, index + 1, SIZE, fateOf(index + 1)));
  }
  takeUntil(Number.MAX_VALUE);
  return { arrivals, outcomes };
}

function every(milliseconds: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index * milliseconds);
}

describe('a wire', () => {
  it('delivers at once what takes no time', () => {
    const on = wire();
    expect(on.offer(5, 1, SIZE, unharmed(0))).toBe('sent');
    expect(on.take(5)).toEqual([{ item: 1, time: 5, copy: 0 }]);
    expect(on.nextTime).toBe(Infinity);
    expect(on.weight).toBe(0);
  });

  it('delivers after the delay, and not before', () => {
    const on = wire();
    on.offer(5, 1, SIZE, unharmed(50));
    expect(on.nextTime).toBe(55);
    expect(on.take(54.9)).toEqual([]);
    expect(on.take(60)).toEqual([{ item: 1, time: 55, copy: 0 }]);
  });

  it('loses what is to be lost', () => {
    const { arrivals, outcomes } = travel(wire(), every(1, 3), (k) =>
      fate({ lost: k === 2 }),
    );
    expect(arrivals.map(({ k }) => k)).toEqual([1, 3]);
    expect(outcomes).toEqual(['sent', 'lost', 'sent']);
  });

  it('delivers copies behind the packet, as much later as their fate says', () => {
    const { arrivals } = travel(wire(), [0, 10], (k) =>
      fate({ delay: 50, copies: k === 1 ? [0, 20] : [] }),
    );
    expect(arrivals).toEqual([
      { k: 1, time: 50, copy: 0 },
      { k: 1, time: 50, copy: 1 },
      { k: 2, time: 60, copy: 0 },
      { k: 1, time: 70, copy: 2 },
    ]);
  });

  it('lets no packet pass another by itself, however their delays differ', () => {
    const delays = [50, 20, 90, 10];
    const { arrivals } = travel(wire(), every(1, 4), (k) =>
      fate({ delay: delays[k - 1]! }),
    );
    expect(arrivals.map(({ k, time }) => [k, time])).toEqual([
      [1, 50],
      [2, 50],
      [3, 92],
      [4, 92],
    ]);
  });

  it.each([1, 2, 3])(
    'holds a packet back until %d others have overtaken it',
    (overtakenBy) => {
      const { arrivals } = travel(wire(), every(10, 6), (k) =>
        fate({ delay: 50, overtakenBy: k === 2 ? overtakenBy : 0 }),
      );
      const order = [1, 3, 4, 5, 6];
      order.splice(1 + overtakenBy, 0, 2);
      expect(arrivals.map(({ k }) => k)).toEqual(order);
      expect(arrivals.find(({ k }) => k === 2)!.time).toBe(50 + 10 * (1 + overtakenBy));
    },
  );

  it('holds nothing back for longer than its patience', () => {
    const { arrivals } = travel(wire({ hold: 30 }), [0, 100], (k) =>
      fate({ delay: 50, overtakenBy: k === 1 ? 1 : 0 }),
    );
    expect(arrivals.map(({ k, time }) => [k, time])).toEqual([
      [1, 80],
      [2, 150],
    ]);
  });

  it('delivers the copies of a packet that was held back behind it', () => {
    const { arrivals } = travel(wire(), every(1, 3), (k) =>
      k === 1 ? fate({ overtakenBy: 1, copies: [0] }) : unharmed(0),
    );
    expect(arrivals.map(({ k, copy }) => [k, copy])).toEqual([
      [2, 0],
      [1, 0],
      [1, 1],
      [3, 0],
    ]);
  });

  it('sends one packet after another at its rate', () => {
    // 100 bytes at 80 kbit/s take 10 ms.
    const { arrivals } = travel(wire({ rate: 80_000 }), [0, 1, 2, 100], () =>
      unharmed(5),
    );
    expect(arrivals.map(({ time }) => time)).toEqual([15, 25, 35, 115]);
  });

  it('drops the last that come when its queue is full', () => {
    const on = wire({ rate: 80_000, queue: 2 });
    const { arrivals, outcomes } = travel(on, [0, 0, 0, 0, 0, 15], () => unharmed(0));
    // The first is being sent, two wait; at 15 ms the second is being sent, one waits.
    expect(outcomes).toEqual([
      'sent',
      'sent',
      'sent',
      'queue-full',
      'queue-full',
      'sent',
    ]);
    expect(arrivals.map(({ k }) => k)).toEqual([1, 2, 3, 6]);
  });

  it('takes no more than its capacity, copies included', () => {
    const on = new Wire<number>({ ...linkOf().there, capacity: 2000 });
    const outcomes = every(0, 5).map((now, index) =>
      on.offer(now, index, 100, fate({ delay: 50, copies: index === 0 ? [0] : [] })),
    );
    expect(outcomes).toEqual(['sent', 'sent', 'sent', 'sent', 'overloaded'].slice(0, 5));
    expect(on.weight).toBeLessThanOrEqual(2000);
    expect(on.take(50)).toHaveLength(5);
    expect(on.weight).toBe(0);
    expect(on.offer(60, 6, 100, unharmed(0))).toBe('sent');
  });

  it('takes no more than 32 MiB unless it is told otherwise', () => {
    const on = wire();
    const half = 16 * 1024 * 1024;
    expect(on.offer(0, 1, half, unharmed(50))).toBe('sent');
    expect(on.offer(0, 2, half - 1000, unharmed(50))).toBe('sent');
    expect(on.offer(0, 3, 1000, unharmed(50))).toBe('overloaded');
  });

  it('gives out no more at a time than is enough', () => {
    const on = wire();
    for (let k = 1; k <= 5; k += 1) on.offer(0, k, SIZE, unharmed(10));
    expect(on.take(10, 2).map(({ item }) => item)).toEqual([1, 2]);
    expect(on.nextTime).toBe(10);
    expect(on.take(10).map(({ item }) => item)).toEqual([3, 4, 5]);
  });

  const bad = fc.record({
    loss: fc.double({ min: 0, max: 1, noNaN: true }),
    dup: fc.double({ min: 0, max: 1, noNaN: true }),
    reorder: fc.double({ min: 0, max: 1, noNaN: true }),
    delay: fc.integer({ min: 0, max: 100 }),
    jitter: fc.integer({ min: 0, max: 30 }),
    dupDelay: fc.integer({ min: 0, max: 30 }),
    hold: fc.integer({ min: 0, max: 100 }),
    rate: fc.constantFrom(Infinity, 100_000, 10_000_000),
    queue: fc.integer({ min: 1, max: 10 }),
    seed: fc.maxSafeNat(),
  });
  const times = fc
    .array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 })
    .map((gaps) =>
      gaps.map((_, index) => gaps.slice(0, index + 1).reduce((a, b) => a + b)),
    );

  it('delivers sent + duplicated, exactly, whatever the link is like', () => {
    fc.assert(
      fc.property(bad, times, (link, sendTimes) => {
        const fateOf = fatesOf(linkOf(link));
        const on = wire(link);
        const { arrivals, outcomes } = travel(on, sendTimes, (k) => fateOf('there', k));
        const sent = [...outcomes.keys()].filter((index) => outcomes[index] === 'sent');
        const expected = sent.flatMap((index) => {
          const copies = fateOf('there', index + 1).copies.map((_, copy) => copy + 1);
          return [0, ...copies].map((copy) => `${index + 1}/${copy}`);
        });
        expect(arrivals.map(({ k, copy }) => `${k}/${copy}`).sort()).toEqual(
          expected.sort(),
        );
        expect(on.weight).toBe(0);
        for (const { k, time } of arrivals) {
          expect(time).toBeGreaterThanOrEqual(sendTimes[k - 1]! + link.delay);
        }
        expect(arrivals.map(({ time }) => time)).toEqual(
          arrivals.map(({ time }) => time).sort((a, b) => a - b),
        );
      }),
    );
  });

  it('keeps the order where no fate says otherwise', () => {
    fc.assert(
      fc.property(bad, times, (link, sendTimes) => {
        const fateOf = fatesOf(linkOf({ ...link, reorder: 0 }));
        const { arrivals } = travel(wire(link), sendTimes, (k) => fateOf('there', k));
        const originals = arrivals.filter(({ copy }) => copy === 0).map(({ k }) => k);
        expect(originals).toEqual([...originals].sort((a, b) => a - b));
      }),
    );
  });

  it('has the same order in every run, however irregular the sender, with patience', () => {
    fc.assert(
      fc.property(bad, times, times, (link, some, others) => {
        const patient = { ...link, dupDelay: 0, rate: Infinity, hold: 3_600_000 };
        const fateOf = fatesOf(linkOf(patient));
        const count = Math.min(some.length, others.length);
        const [one, other] = [some, others].map((sendTimes) =>
          travel(wire(patient), sendTimes.slice(0, count), (k) =>
            fateOf('there', k),
          ).arrivals.map(({ k, copy }) => `${k}/${copy}`),
        );
        expect(one).toEqual(other);
      }),
    );
  });
});
