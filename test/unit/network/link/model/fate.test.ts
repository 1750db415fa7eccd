import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ackLossesOf,
  type Fates,
  fatesOf,
  flipBit,
  isUnhappy,
  unharmed,
} from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import type { Direction, Fate } from '../../../../../src/network/link/model/packet.ts';
import { runs } from '../../../../support/properties.ts';

/** Statistics of few fates would let a biased one pass. */
const MANY = runs(1_000_000);
const BAD = {
  loss: 0.1,
  dup: 0.03,
  reorder: 0.05,
  corruptPastChecksum: 0.02,
  delay: 50,
  jitter: 5,
  dupDelay: 10,
} satisfies LinkOptions;

function fates(options: LinkOptions): Fates {
  return fatesOf(linkOf(options));
}

function first(count: number, fate: Fates, direction: Direction = 'there'): Fate[] {
  return Array.from({ length: count }, (_, index) => fate(direction, index + 1));
}

function lostOf(list: readonly Fate[]): number[] {
  return list.flatMap(({ lost }, index) => (lost ? [index + 1] : []));
}

/** Pearson's statistic: how far counts are from those expected. */
function chiSquare(observed: readonly number[], expected: readonly number[]): number {
  return observed.reduce(
    (sum, count, index) => sum + (count - expected[index]!) ** 2 / expected[index]!,
    0,
  );
}

/** What chance exceeds once in a thousand times, by degrees of freedom. */
const CRITICAL: Record<number, number> = {
  1: 10.828,
  2: 13.816,
  4: 18.467,
  9: 27.877,
  99: 148.23,
};

describe('a perfect link', () => {
  it('harms nobody and takes no time', () => {
    for (const fate of first(1000, fates({}))) {
      expect(fate).toEqual({
        lost: false,
        delay: 0,
        copies: [],
        overtakenBy: 0,
        flippedAt: -1,
      });
      expect(isUnhappy(fate)).toBe(false);
    }
  });
});

describe('the fate of a packet', () => {
  it('is the same in whatever order one asks, and however often', () => {
    const packet = fc.record({
      direction: fc.constantFrom<Direction>('there', 'back'),
      k: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(
        fc.array(packet, { minLength: 1 }),
        fc.maxSafeNat(),
        (packets, seed) => {
          const one = fates({ ...BAD, seed });
          const other = fates({ ...BAD, seed });
          const asked = packets.map(({ direction, k }) => one(direction, k));
          const backwards = packets
            .toReversed()
            .map(({ direction, k }) => other(direction, k));
          expect(backwards.toReversed()).toEqual(asked);
        },
      ),
    );
  });

  it('is the same on every machine and in every version', () => {
    expect(lostOf(first(100, fates({ loss: 0.1, seed: 7 })))).toEqual([
      2, 8, 13, 15, 34, 37, 38, 58, 59, 63,
    ]);
  });

  it('keeps to its ranges', () => {
    const often = { dup: 0.5, reorder: 0.5, corrupt: 0.2, corruptPastChecksum: 0.5 };
    const isOutside = ({ lost, delay, copies, overtakenBy, flippedAt }: Fate): boolean =>
      !(delay >= 50 && delay < 55) ||
      !copies.every((later) => later >= 0 && later < 10) ||
      ![0, 1, 2, 3].includes(overtakenBy) ||
      !(flippedAt === -1 || (flippedAt >= 0 && flippedAt < 1)) ||
      (lost && (copies.length > 0 || overtakenBy > 0));
    const list = first(100_000, fates({ ...BAD, ...often }));
    expect(list.filter(isOutside)).toEqual([]);
    expect(new Set(list.map(({ copies }) => copies.length))).toEqual(
      new Set([0, 1, 2, 3]),
    );
  });

  it('does not change for one kind of misfortune when another is switched on', () => {
    const all = first(10_000, fates({ ...BAD, loss: 0, seed: 3 }));
    const alone = (options: LinkOptions): Fate[] =>
      first(10_000, fates({ ...options, seed: 3 }));
    const { dup, reorder, corruptPastChecksum, delay, jitter, dupDelay } = BAD;
    expect(all.map(({ copies }) => copies)).toEqual(
      alone({ dup, dupDelay }).map(({ copies }) => copies),
    );
    expect(all.map(({ overtakenBy }) => overtakenBy)).toEqual(
      alone({ reorder }).map(({ overtakenBy }) => overtakenBy),
    );
    expect(all.map(({ flippedAt }) => flippedAt)).toEqual(
      alone({ corruptPastChecksum }).map(({ flippedAt }) => flippedAt),
    );
    expect(all.map((fate) => fate.delay)).toEqual(
      alone({ delay, jitter }).map((fate) => fate.delay),
    );
  });

  it('is to be lost when a bit is flipped, and without a checksum to be delivered', () => {
    const corrupted = first(1000, fates({ corrupt: 0.2, seed: 3 }));
    const flipped = corrupted.filter(({ flippedAt }) => flippedAt >= 0);
    expect(flipped.length).toBeGreaterThan(150);
    expect(flipped).toEqual(corrupted.filter(({ lost }) => lost));
    const unchecked = first(1000, fates({ corruptPastChecksum: 0.2, seed: 3 }));
    expect(unchecked.filter(({ flippedAt }) => flippedAt >= 0).length).toBeGreaterThan(
      150,
    );
    expect(lostOf(unchecked)).toEqual([]);
  });

  it('loses at 10 % all that it loses at 5 %, and more', () => {
    const few = lostOf(first(10_000, fates({ loss: 0.05 })));
    const more = lostOf(first(10_000, fates({ loss: 0.1 })));
    expect(more.length).toBeGreaterThan(few.length);
    expect(more).toEqual(expect.arrayContaining(few));
  });

  it('is another for another seed, direction, line or attempt', () => {
    const fate = fates({ loss: 0.5, seed: 1 });
    const ks = Array.from({ length: 200 }, (_, index) => index + 1);
    const variants = [
      ks.map((k) => fate('there', k).lost),
      ks.map((k) => fate('back', k).lost),
      ks.map((k) => fate('there', k, 1).lost),
      ks.map((k) => fate('there', k, 0, 1).lost),
      ks.map((k) => fates({ loss: 0.5, seed: 2 })('there', k).lost),
      ks.map((k) => fates({ loss: 0.5, seed: 1 + 2 ** 32 })('there', k).lost),
      ks.map((k) => fate('there', k + 2 ** 32).lost),
    ];
    expect(new Set(variants.map((variant) => JSON.stringify(variant))).size).toBe(
      variants.length,
    );
  });
});

describe.each([1, 7, 2 ** 53 - 1])('many fates with seed %d', (seed) => {
  const list = first(MANY, fates({ ...BAD, seed }));
  const arrived = list.filter(({ lost }) => !lost);

  function share(of: readonly Fate[], is: (fate: Fate) => boolean, rate: number): number {
    const count = of.filter(is).length;
    return chiSquare(
      [count, of.length - count],
      [of.length * rate, of.length * (1 - rate)],
    );
  }

  it('are lost, duplicated, overtaken and corrupted as often as asked for', () => {
    expect(share(list, ({ lost }) => lost, BAD.loss)).toBeLessThan(CRITICAL[1]!);
    expect(share(arrived, ({ copies }) => copies.length > 0, BAD.dup)).toBeLessThan(
      CRITICAL[1]!,
    );
    expect(share(arrived, (fate) => fate.overtakenBy > 0, BAD.reorder)).toBeLessThan(
      CRITICAL[1]!,
    );
    expect(
      share(arrived, (fate) => fate.flippedAt >= 0, BAD.corruptPastChecksum),
    ).toBeLessThan(CRITICAL[1]!);
  });

  it('are duplicated again as often as a first time', () => {
    const duplicated = arrived.filter(({ copies }) => copies.length > 0);
    expect(share(duplicated, ({ copies }) => copies.length > 1, BAD.dup)).toBeLessThan(
      CRITICAL[1]!,
    );
  });

  it('are overtaken by 1, 2 and 3 equally often', () => {
    const counts = [1, 2, 3].map(
      (n) => arrived.filter((fate) => fate.overtakenBy === n).length,
    );
    const third = counts.reduce((sum, count) => sum + count) / 3;
    expect(chiSquare(counts, [third, third, third])).toBeLessThan(CRITICAL[2]!);
  });

  it('have every jitter equally often', () => {
    const counts = Array.from({ length: 100 }, () => 0);
    for (const { delay } of arrived) counts[Math.floor(((delay - 50) / 5) * 100)]! += 1;
    expect(
      chiSquare(
        counts,
        counts.map(() => arrived.length / 100),
      ),
    ).toBeLessThan(CRITICAL[99]!);
  });

  it('flip every part of a packet equally often', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    const flipped = arrived.filter((fate) => fate.flippedAt >= 0);
    for (const { flippedAt } of flipped) counts[Math.floor(flippedAt * 10)]! += 1;
    expect(
      chiSquare(
        counts,
        counts.map(() => flipped.length / 10),
      ),
    ).toBeLessThan(CRITICAL[9]!);
  });

  it('do not depend on each other: kinds, neighbours, directions', () => {
    const back = first(MANY, fates({ ...BAD, seed }), 'back');
    const isLost = (fate: Fate | undefined): boolean => fate?.lost ?? false;
    const isDoubled = (fate: Fate | undefined): boolean => (fate?.copies.length ?? 0) > 0;
    const isOvertaken = (fate: Fate | undefined): boolean => (fate?.overtakenBy ?? 0) > 0;
    const pairs: [string, (index: number) => [boolean, boolean]][] = [
      [
        'lost, and so is the next',
        (index) => [isLost(list[index]), isLost(list[index + 1])],
      ],
      ['lost in both directions', (index) => [isLost(list[index]), isLost(back[index])]],
      [
        'duplicated in both directions',
        (index) => [isDoubled(list[index]), isDoubled(back[index])],
      ],
      [
        'lost, and the next duplicated',
        (index) => [isLost(list[index]), isDoubled(list[index + 1])],
      ],
    ];
    const dependent = pairs.filter(
      ([, pair]) => independence(MANY - 1, pair) >= CRITICAL[1]!,
    );
    expect(dependent.map(([what]) => what)).toEqual([]);
    const both = (index: number): [boolean, boolean] => [
      isDoubled(arrived[index]),
      isOvertaken(arrived[index]),
    ];
    expect(independence(arrived.length, both)).toBeLessThan(CRITICAL[1]!);
  });
});

/** The chi-square statistic of a 2 × 2 table against "one tells nothing about the other". */
function independence(
  length: number,
  pair: (index: number) => [boolean, boolean],
): number {
  const cells = [0, 0, 0, 0];
  for (let index = 0; index < length; index += 1) {
    const [one, other] = pair(index);
    cells[(one ? 2 : 0) + (other ? 1 : 0)]! += 1;
  }
  const [none, second, firstOnly, both] = cells as [number, number, number, number];
  const one = firstOnly + both;
  const other = second + both;
  const expected = [
    ((length - one) * (length - other)) / length,
    ((length - one) * other) / length,
    (one * (length - other)) / length,
    (one * other) / length,
  ];
  return chiSquare([none, second, firstOnly, both], expected);
}

describe('a list of packets to drop', () => {
  it('drops exactly these, on their way there', () => {
    const fate = fates({ drop: [3, 7] });
    expect(lostOf(first(100, fate))).toEqual([3, 7]);
    expect(lostOf(first(100, fate, 'back'))).toEqual([]);
  });

  it('has a list of its own for the way back', () => {
    const fate = fates({ drop: [3], dropBack: [1, 2] });
    expect(lostOf(first(100, fate))).toEqual([3]);
    expect(lostOf(first(100, fate, 'back'))).toEqual([1, 2]);
  });

  it('comes on top of chance', () => {
    const byChance = lostOf(first(1000, fates({ loss: 0.1 })));
    const both = lostOf(first(1000, fates({ loss: 0.1, drop: [1, 2, 3] })));
    expect(both).toEqual([...new Set([1, 2, 3, ...byChance])].sort((a, b) => a - b));
  });

  it('spares the retransmission', () => {
    const fate = fates({ drop: [3] });
    expect(fate('there', 3, 0, 0).lost).toBe(true);
    expect(fate('there', 3, 0, 1).lost).toBe(false);
  });
});

describe('acknowledgements', () => {
  const ackLosses = (options: LinkOptions) => ackLossesOf(linkOf(options));
  const ns = Array.from({ length: 10_000 }, (_, index) => index + 1);

  it('are lost as often as packets, but not with them', () => {
    const acks = ackLosses({ loss: 0.1, seed: 7 });
    const lost = ns.filter((n) => acks('there', n, 0));
    expect(lost.length / ns.length).toBeCloseTo(0.1, 1);
    expect(lost).not.toEqual(lostOf(first(ns.length, fates({ loss: 0.1, seed: 7 }))));
  });

  it('are in no list and no record', () => {
    const replay = (): Fate => ({ ...unharmed(0), lost: true });
    for (const options of [{ drop: ns }, { replay }]) {
      const acks = ackLosses(options);
      expect(ns.some((n) => acks('there', n, 0))).toBe(false);
    }
  });
});

describe('a flipped bit', () => {
  it('is one bit, anywhere in the packet, and flips back', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), place, (data, flippedAt) => {
        const flipped = Uint8Array.from(data);
        flipBit(flipped, flippedAt);
        const bits = flipped.map((byte, index) => byte ^ data[index]!);
        const ones = [...bits].reduce(
          (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
          0,
        );
        expect(ones).toBe(1);
        flipBit(flipped, flippedAt);
        expect(flipped).toEqual(data);
      }),
    );
  });

  it('needs a byte to be in', () => {
    expect(() => flipBit(new Uint8Array(0), 0.5)).not.toThrow();
  });
});
