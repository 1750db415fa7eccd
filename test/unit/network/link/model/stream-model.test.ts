import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ackLossesOf,
  fatesOf,
  unharmed,
} from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import type { Fate } from '../../../../../src/network/link/model/packet.ts';
import type { Delivery } from '../../../../../src/network/link/model/reassembly.ts';
import {
  type Sent,
  StreamModel,
} from '../../../../../src/network/link/model/stream-model.ts';

interface Travelled {
  deliveries: Delivery<number>[];
  sent: Sent[];
  model: StreamModel<number>;
}

const DELAY = 50;
const SIZE = 32;

/** Offers segment k at the k-th time, and lets everything happen at its time. */
function travel(
  times: readonly number[],
  options: LinkOptions,
  fate?: (k: number, attempt: number) => Partial<Fate>,
  size = SIZE,
  join = false,
): Travelled {
  const link = linkOf({ delay: DELAY, ...options });
  const fates = fatesOf(link);
  const ackLosses = ackLossesOf(link);
  const sent: Sent[] = [];
  const model = new StreamModel<number>({
    ...link.there,
    join,
    fate: (k, attempt) =>
      fate
        ? { ...unharmed(link.there.delay), ...fate(k, attempt) }
        : fates('there', k, 0, attempt),
    ackIsLost: (n) => !fate && ackLosses('back', n, 0),
    onSent: (one) => sent.push(one),
  });
  const deliveries: Delivery<number>[] = [];
  const until = (now: number): void => {
    while (model.nextTime <= now) deliveries.push(...model.advance(model.nextTime));
  };
  for (const [index, time] of times.entries()) {
    until(time);
    model.offer(time, index + 1, size, index + 1);
  }
  until(1e12);
  return { deliveries, sent, model };
}

const ascending = (one: number, other: number): number => one - other;

function every(milliseconds: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index * milliseconds);
}

function took(deliveries: readonly Delivery<number>[]): number[] {
  return deliveries.map(({ time, offeredAt }) => time - offeredAt);
}

/** Loses these segments the first time that they are sent. */
const losing =
  (...ks: number[]) =>
  (k: number, attempt: number): Partial<Fate> => ({
    lost: attempt === 0 && ks.includes(k),
  });

describe('a stream over a good link', () => {
  it('is as late as the link is long, and sends nothing twice', () => {
    const { deliveries, sent } = travel(every(10, 100), {});
    expect(took(deliveries)).toEqual(Array.from({ length: 100 }, () => DELAY));
    expect(sent).toHaveLength(100);
    expect(
      deliveries.every(({ waitedFor, attempts }) => waitedFor === 0 && attempts === 1),
    ).toBe(true);
  });

  it('knows the offset of every segment', () => {
    const { deliveries } = travel(every(10, 3), {});
    expect(deliveries.map(({ k, offset, size }) => [k, offset, size])).toEqual([
      [1, 0, 32],
      [2, 32, 32],
      [3, 64, 32],
    ]);
  });
});

describe('what a receiver acknowledges', () => {
  /** How many acknowledgements there are when these 100 segments travel. */
  const acknowledged = (fate: (k: number, attempt: number) => Partial<Fate>): number => {
    let count = 0;
    const model = new StreamModel<number>({
      ...linkOf({ delay: DELAY }).there,
      join: false,
      fate: (k, attempt) => ({ ...unharmed(DELAY), ...fate(k, attempt) }),
      onAcknowledged: () => (count += 1),
    });
    for (let k = 1; k <= 100; k += 1) model.offer(k, k, SIZE, k);
    model.advance(1e12);
    return count;
  };

  it('is every packet that arrives, and no other', () => {
    expect(acknowledged(() => ({}))).toBe(100);
    expect(acknowledged(losing(7, 50))).toBe(100); // they arrive when they are sent again
    expect(acknowledged((k) => (k === 7 ? { copies: [0] } : {}))).toBe(101);
  });
});

describe('one lost segment', () => {
  it('is repeated as soon as later ones are acknowledged, and those wait for it', () => {
    const { deliveries, sent } = travel(every(10, 40), {}, losing(20));
    // Sent at 190 ms. The next one's acknowledgement comes at 300, a quarter of a round trip
    // of doubt ends at 315, and the repeated segment arrives at 365.
    const twentieth = deliveries.find(({ k }) => k === 20)!;
    expect(twentieth.time).toBe(365);
    expect(twentieth).toMatchObject({ attempts: 2, waitedFor: 0 });
    // Segments 21 to 32 were sent at 200 to 310: there at 360, they wait.
    const waited = deliveries.filter(({ waitedFor }) => waitedFor > 0);
    expect(waited.map(({ k }) => k)).toEqual([
      21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
    ]);
    expect(waited.every(({ waitedFor, time }) => waitedFor === 20 && time === 365)).toBe(
      true,
    );
    expect(waited[0]).toMatchObject({ arrivedAt: 250, offeredAt: 200 });
    expect(sent.filter(({ attempt }) => attempt > 0).map(({ k }) => k)).toEqual([20]);
  });

  it('is repeated without doubt when three later ones are acknowledged', () => {
    const { deliveries } = travel(every(1, 40), {}, losing(20));
    // Sent at 19 ms; the acknowledgement of 23, sent at 22, comes at 122.
    expect(deliveries.find(({ k }) => k === 20)!.time).toBe(172);
  });

  it('costs a lone one the time-out, which is 200 ms more than a round trip', () => {
    const { deliveries } = travel([0, 1000, 2000, 3000, 4000, 5000], {}, losing(6));
    const last = took(deliveries).at(-1)!;
    expect(last).toBeGreaterThanOrEqual(2 * DELAY + 200 + DELAY);
    expect(last).toBeLessThan(2 * DELAY + 200 + DELAY + 60);
  });

  it('at the end of several is found by a probe, after two round trips', () => {
    const { deliveries } = travel(every(1, 10), {}, losing(9, 10));
    // The acknowledgement of 8 comes at 107, two round trips and 2 ms later the probe leaves.
    // It is segment 10; its acknowledgement proves that 9 is lost as well.
    expect(deliveries.find(({ k }) => k === 10)!.arrivedAt).toBe(107 + 202 + DELAY);
    expect(deliveries.at(-1)!.time).toBeLessThan(107 + 202 + 2 * DELAY + DELAY + 30);
  });

  it('at the end of a full window is found by a probe that is new', () => {
    const times = every(0, 12);
    const first = losing(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    const { deliveries, sent } = travel(times, {}, first, 1448, true);
    // Two round trips and 2 ms: the window is full, and all the same an eleventh leaves.
    expect(sent[10]).toMatchObject({ k: 11, attempt: 0, time: 4 * DELAY + 2 });
    expect(sent[11]).toMatchObject({ k: 1, attempt: 1 });
    expect(deliveries).toHaveLength(12);
  });

  it('that is lost again costs more each time', () => {
    const lostTimes = (times: number) => (k: number, attempt: number) => ({
      lost: k === 1 && attempt < times,
    });
    const costs = [0, 1, 2, 3, 4, 5].map(
      (times) => took(travel([0], {}, lostTimes(times)).deliveries)[0]!,
    );
    const steps = costs.slice(1).map((cost, index) => cost - costs[index]!);
    // A probe when the time-out would be (RFC 8985 7.2), the time-out, doubled from then on.
    expect(steps).toEqual([300, 300, 600, 1200, 2400]);
  });
});

describe('recovery', () => {
  it('is quick for what was sent at the same time as what arrived', () => {
    const { deliveries } = travel([0, 0, 0, 0], {}, losing(1, 2));
    // The acknowledgements of 3 and 4 come at 100 ms; a quarter of a round trip of doubt.
    expect(deliveries.map(({ time }) => time)).toEqual([175, 175, 175, 175]);
  });

  it('repeats all losses of one round trip in one', () => {
    const { deliveries } = travel(every(1, 60), {}, losing(10, 12, 14, 16, 18));
    const last = deliveries.find(({ k }) => k === 18)!;
    // One after the other they would take 500 ms.
    expect(last.time - last.offeredAt).toBeLessThan(3 * DELAY + 40);
  });

  it.each([true, false])(
    'on a short link lets nothing new go that could tell of a second loss (joined: %s)',
    (join) => {
      // One message is on its way at a time. 20 is sent at 190 ms and lost; 21, at 200, tells
      // so at 204; 20, which is overdue since 195, is repeated at once, and lost again.
      const lostTwice = (k: number, attempt: number): Partial<Fate> => ({
        lost: k === 20 && attempt < 2,
      });
      const { deliveries, sent } = travel(
        every(10, 60),
        { delay: 2 },
        lostTwice,
        SIZE,
        join,
      );
      const again = sent.filter(({ k }) => k === 20).map(({ time }) => time);
      expect(again.slice(0, 2)).toEqual([190, 204]);
      expect(again[2]! - 204).toBeGreaterThanOrEqual(200);
      expect(again[2]! - 204).toBeLessThan(220);
      // What was written meanwhile left after that, as did the repeated one.
      const meanwhile = sent.find(({ k, attempt }) => k > 21 && attempt === 0)!;
      expect(meanwhile.time).toBeGreaterThan(again[2]!);
      expect(deliveries).toHaveLength(60);
    },
  );

  it('after a time-out finds a second loss by what follows, and does not wait again', () => {
    // All of eleven are lost at first, so is the probe, which is 11; and 4 once more.
    const { deliveries, sent } = travel(every(1, 11), {}, (k, attempt) => ({
      lost: attempt === 0 || (attempt === 1 && (k === 4 || k === 11)),
    }));
    expect(deliveries).toHaveLength(11);
    const again = sent.filter(({ attempt }) => attempt > 0).map(({ time }) => time);
    // The probe, a time-out, and from then on round trips.
    const timeOut = again.find((time) => time > again[0]! + 250)!;
    expect(deliveries.at(-1)!.time - timeOut).toBeLessThan(10 * DELAY);
  });

  it('counts once what a time-out has to repeat once more', () => {
    // 0.7 of ten packets, then slow start after the time-out: up to seven, not to 0.7 of that.
    const times = Array.from({ length: 22 }, (_, index) => (index < 10 ? 0 : 3000));
    const { sent } = travel(
      times,
      {},
      (k, attempt) => ({ lost: k === 1 && attempt < 2 }),
      1448,
      true,
    );
    const [again, onceMore] = sent.filter(({ attempt }) => attempt > 0);
    expect(again).toMatchObject({ time: 100, window: 7 });
    expect(onceMore).toMatchObject({ time: 400, window: 1 });
    expect(sent.at(-1)).toMatchObject({ k: 22, window: 7 });
  });

  it('gives up after fifteen time-outs in a row', () => {
    const { deliveries, model, sent } = travel([0], {}, () => ({ lost: true }));
    expect(deliveries).toEqual([]);
    expect(model.gaveUp).toBe(true);
    expect(model.nextTime).toBe(Infinity);
    expect(sent.length).toBeGreaterThan(14);
    expect(sent.length).toBeLessThan(20);
  });
});

describe('a lost acknowledgement', () => {
  /** Offers at these times over a link that harms nothing but acknowledgements. */
  function sendings(times: readonly number[], ackIsLost: (n: number) => boolean): Sent[] {
    const sent: Sent[] = [];
    const link = linkOf({ delay: DELAY });
    const fate = (): Fate => unharmed(DELAY);
    const onSent = (one: Sent): number => sent.push(one);
    const model = new StreamModel<number>({
      ...link.there,
      join: false,
      fate,
      ackIsLost,
      onSent,
    });
    for (const [index, time] of times.entries()) {
      model.advance(time);
      model.offer(time, index + 1, SIZE, index);
    }
    model.advance(10_000);
    return sent;
  }

  it('makes the round trip longer that is measured by the next one', () => {
    const sent: Sent[] = [];
    const model = new StreamModel<number>({
      ...linkOf({ delay: DELAY }).there,
      join: true,
      fate: (k, attempt) => ({ ...unharmed(DELAY), lost: k === 3 && attempt === 0 }),
      ackIsLost: (n) => n === 1,
      onSent: (one) => sent.push(one),
    });
    for (const [k, time] of [0, 100, 1000].entries()) {
      while (model.nextTime <= time) model.advance(model.nextTime);
      model.offer(time, k + 1, SIZE, k + 1);
    }
    while (model.nextTime < Infinity) model.advance(model.nextTime);
    // 200 ms, since the first one left, after a handshake of 100 ms.
    expect(sent.at(-1)).toMatchObject({ k: 3, attempt: 1, time: 1000 + 112.5 + 250 });
  });

  it('costs nothing when another follows', () => {
    expect(sendings(every(10, 20), (n) => n === 5)).toHaveLength(20);
  });

  it('of a lone segment costs a retransmission that nobody needs', () => {
    const sent = sendings([0], (n) => n === 1);
    expect(sent.map(({ k, attempt }) => [k, attempt])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(sent[1]!.time).toBeGreaterThanOrEqual(2 * DELAY + 200);
  });

  it('of a lone segment changes neither time-out nor window: a probe repeats it', () => {
    const sent: Sent[] = [];
    const model = new StreamModel<number>({
      ...linkOf({ delay: DELAY }).there,
      join: true,
      fate: (k, attempt) => ({ ...unharmed(DELAY), lost: k === 2 && attempt === 0 }),
      ackIsLost: (n) => n === 1,
      onSent: (one) => sent.push(one),
    });
    for (const [k, time] of [0, 1000].entries()) {
      while (model.nextTime <= time) model.advance(model.nextTime);
      model.offer(time, k + 1, SIZE, k + 1);
    }
    while (model.nextTime < Infinity) model.advance(model.nextTime);
    // Its time stamp tells the round trip (RFC 7323), and that it is a duplicate (RFC 2883)
    // tells that nothing had been lost (RFC 3708).
    expect(
      sent.map(({ k, attempt, time, window }) => [k, attempt, time, window]),
    ).toEqual([
      [1, 0, 0, 10],
      [1, 1, 300, 10],
      [2, 0, 1000, 10],
      [2, 1, 1300, 10],
    ]);
  });
});

describe('what was repeated without need', () => {
  it('leaves the window as it was: its time stamp is older than the repetition (RFC 3522)', () => {
    // Overtaken by five: when three of them are acknowledged it is repeated, and then its own
    // acknowledgement comes.
    const times = Array.from({ length: 60 }, () => 0);
    const late = (k: number): Partial<Fate> => ({ overtakenBy: k === 20 ? 5 : 0 });
    const { sent } = travel(times, { rate: 1e7 }, late, 1448, true);
    const at = sent.findIndex(({ attempt }) => attempt > 0);
    expect(sent[at]).toMatchObject({ k: 20, attempt: 1 });
    const before = sent[at - 1]!.window;
    expect(sent[at]!.window).toBeLessThan(before);
    expect(sent.at(-1)!.window).toBeGreaterThanOrEqual(before);
    expect(sent).toHaveLength(61);
  });

  it('after a time-out leaves the window as it was, if only acknowledgements were lost', () => {
    // Nothing is heard of the first three, nor of the probe, which is the third again. Time
    // stamp, duplicate and acknowledged originals all tell.
    const sent: Sent[] = [];
    const model = new StreamModel<number>({
      ...linkOf({ delay: DELAY }).there,
      join: true,
      fate: () => unharmed(DELAY),
      ackIsLost: (n) => n <= 4,
      onSent: (one) => sent.push(one),
    });
    for (const [index, time] of [0, 0, 0, 5000].entries()) {
      model.advance(time);
      model.offer(time, index + 1, SIZE, index);
    }
    expect(sent.map(({ k, attempt, window }) => [k, attempt, window])).toEqual([
      [1, 0, 10],
      [2, 0, 10],
      [3, 0, 10],
      [3, 1, 10],
      [1, 1, 1],
      [4, 0, 10],
    ]);
  });

  it('after a time-out is known by what was sent once before it (RFC 5682)', () => {
    // The first is lost; nothing is heard of the others, nor of the probe. What closes the gap
    // is the repeated one, so neither its time stamp nor a duplicate tells.
    const sent: Sent[] = [];
    const model = new StreamModel<number>({
      ...linkOf({ delay: DELAY }).there,
      join: true,
      fate: (k, attempt) => ({ ...unharmed(DELAY), lost: k === 1 && attempt === 0 }),
      ackIsLost: (n) => n <= 3,
      onSent: (one) => sent.push(one),
    });
    for (const [index, time] of [0, 0, 0, 5000].entries()) {
      model.advance(time);
      model.offer(time, index + 1, 1448, index);
    }
    expect(sent.slice(3).map(({ k, attempt, window }) => [k, attempt, window])).toEqual([
      [3, 1, 10],
      [1, 1, 1],
      [4, 0, 10],
    ]);
  });

  it('after a time-out is looked for with something new (RFC 5682 3.1)', () => {
    // All of the first window are lost, and the probe, which is 11.
    const all = Array.from({ length: 30 }, () => 0);
    const first = Array.from({ length: 11 }, (_, index) => index + 1);
    const { sent } = travel(all, {}, losing(...first), 1448, true);
    const after = sent.slice(11).map(({ k, attempt }) => [k, attempt]);
    expect(after.slice(0, 4)).toEqual([
      [1, 1],
      [12, 0],
      [13, 0],
      [2, 1],
    ]);
  });

  it('is known by a duplicate that is reported when all is repaired (RFC 3708)', () => {
    // 1 is overtaken by four, and repeated; nothing is heard of its arrival until 6, which left
    // later, has ended the recovery. Then the repeated one comes.
    const sent: Sent[] = [];
    const model = new StreamModel<number>({
      ...linkOf({ delay: DELAY }).there,
      join: true,
      fate: (k, attempt) => {
        const overtakenBy = attempt === 0 ? 4 : 1;
        return { ...unharmed(DELAY), overtakenBy: k === 1 ? overtakenBy : 0 };
      },
      ackIsLost: (n) => n === 5,
      onSent: (one) => sent.push(one),
    });
    for (const [index, time] of [0, 0, 0, 0, 0, 110, 1000].entries()) {
      while (model.nextTime <= time) model.advance(model.nextTime);
      model.offer(time, index + 1, 1448, index);
    }
    expect(sent.slice(5).map(({ k, attempt, window }) => [k, attempt, window])).toEqual([
      [1, 1, 2],
      [6, 0, 2],
      [7, 0, 10],
    ]);
  });

  it('is not told by a duplicate that the link made', () => {
    const windows = [[], [50]].map((copies) => {
      const { sent } = travel(every(10, 60), {}, (k, attempt) => ({
        lost: k === 20 && attempt === 0,
        copies: k === 23 ? copies : [],
      }));
      return sent.at(-1)!.window;
    });
    expect(windows[1]).toBe(windows[0]);
  });

  it('by a probe is no second probe: only one is under way at a time (RFC 8985 7.3)', () => {
    const { sent } = travel([0, 10, 220], {}, (_, attempt) => ({ lost: attempt < 2 }));
    const again = sent.filter(({ attempt }) => attempt > 0);
    expect(again[0]).toMatchObject({ k: 2, time: 212 });
    expect(again[1]).toMatchObject({ k: 1 });
    expect(again[1]!.time).toBeGreaterThan(500);
  });

  it('by a probe puts off the time-out once, however much is sent meanwhile', () => {
    // A message every 10 ms, and nothing arrives from the 101st on, nor does the probe.
    const { sent } = travel(every(10, 500), {}, (k, attempt) => ({
      lost: k > 100 && k <= 300 && (attempt === 0 || k === 139),
    }));
    const again = sent.filter(({ attempt }) => attempt > 0);
    expect(again[0]).toMatchObject({ k: 139, time: 1390 });
    // What left in the last round trip is still in the air (RFC 8985 6.3).
    expect(again[1]).toMatchObject({ k: 101, time: 1690, window: 10 });
  });

  it('by a probe and then by a time-out reduces the window once', () => {
    const times = [0, 1000, 1000, 1300, ...every(0, 20).map(() => 5000)];
    const { sent } = travel(
      times,
      {},
      (k, attempt) => ({
        lost: (k > 1 && k < 5 && attempt === 0) || (k === 3 && attempt === 1),
      }),
      1448,
      true,
    );
    const again = sent.filter(({ attempt }) => attempt > 0);
    expect(again.map(({ k, time, window }) => [k, time, window])).toEqual([
      [3, 1202, 10],
      [2, 1502, 1],
      [3, 1602, 2],
      [4, 1602, 2],
    ]);
    expect(sent.at(-1)!.window).toBe(7); // 0.7 of ten
  });

  it('by a probe costs nothing, unless it repaired a loss (RFC 8985 7.4)', () => {
    const windows = [[], [10]].map((lost) => {
      const times = [...every(1, 10), 2000, 3000];
      const { sent } = travel(times, {}, losing(...lost));
      return sent.at(-1)!.window;
    });
    expect(windows).toEqual([20, 14]);
  });
});

describe('what TCP hides', () => {
  it('delivers a duplicated segment once', () => {
    const { deliveries, sent } = travel(every(10, 20), {}, () => ({ copies: [0, 3] }));
    expect(deliveries.map(({ k }) => k)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    expect(sent).toHaveLength(20);
  });

  it('puts overtaken segments in order: the others wait', () => {
    const { deliveries } = travel(every(10, 10), {}, (k) => ({
      overtakenBy: k === 4 ? 2 : 0,
    }));
    expect(deliveries.map(({ k }) => k)).toEqual(
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
    expect(
      deliveries.filter(({ waitedFor }) => waitedFor === 4).map(({ k }) => k),
    ).toEqual([5, 6]);
  });

  it('repeats a corrupted segment: its checksum is wrong', () => {
    const { deliveries, sent } = travel(every(10, 20), {}, (k, attempt) => ({
      flippedAt: k === 5 && attempt === 0 ? 0.5 : -1,
    }));
    expect(deliveries).toHaveLength(20);
    expect(sent.filter(({ k }) => k === 5).map(({ outcome }) => outcome)).toEqual([
      'lost',
      'sent',
    ]);
  });
});

describe('segments that wait for the window', () => {
  const all = Array.from({ length: 100 }, () => 0);

  it('are sent in one packet where the sender joins, with the fate of the first', () => {
    const { sent, deliveries } = travel(all, {}, losing(11), 100, true);
    // Ten packets at once. The first acknowledgement leaves room for two more, of 14 each.
    expect(sent.slice(0, 10).map(({ size }) => size)).toEqual(
      Array.from({ length: 10 }, () => 100),
    );
    expect(
      sent.slice(10, 12).map(({ k, size, outcome, time }) => [k, size, outcome, time]),
    ).toEqual([
      [11, 1400, 'lost', 100],
      [25, 1400, 'sent', 100],
    ]);
    expect(deliveries.map(({ k }) => k)).toEqual(all.map((_, index) => index + 1));
    expect(deliveries[10]).toMatchObject({ k: 11, attempts: 2, waitedFor: 0 });
    expect(deliveries[23]).toMatchObject({ k: 24, attempts: 2, waitedFor: 0 });
    expect(deliveries[24]).toMatchObject({ k: 25, attempts: 1, waitedFor: 11 });
  });

  it('are packets of their own where it does not, and small ones always fit', () => {
    const { sent } = travel(all, {}, undefined, 100, false);
    expect(sent.map(({ size, time }) => [size, time])).toEqual(all.map(() => [100, 0]));
  });
});

describe('a long stream', () => {
  it('starts slowly: ten segments, then twenty, then forty', () => {
    const { sent } = travel(
      Array.from({ length: 200 }, () => 0),
      {},
      undefined,
      1448,
    );
    const counts = [0, 100, 200].map(
      (time) => sent.filter((one) => one.time === time).length,
    );
    expect(counts).toEqual([10, 20, 40]);
  });

  it('is slowed down by the rate, and loses nothing to a full queue for good', () => {
    const times = Array.from({ length: 1000 }, () => 0);
    const { deliveries, sent } = travel(
      times,
      { rate: 10_000_000, queue: 20 },
      undefined,
      1448,
    );
    expect(deliveries).toHaveLength(1000);
    expect(sent.some(({ outcome }) => outcome === 'queue-full')).toBe(true);
    const seconds = deliveries.at(-1)!.time / 1000;
    expect((1000 * 1500 * 8) / seconds).toBeLessThanOrEqual(10_000_000);
    expect((1000 * 1500 * 8) / seconds).toBeGreaterThan(3_000_000);
  });

  it('stops doubling when a queue grows, before anything is lost (HyStart)', () => {
    const times = Array.from({ length: 1500 }, () => 0);
    const { sent } = travel(times, { rate: 20e6, queue: 1000 }, undefined, 1448, true);
    expect(sent).toHaveLength(1500);
    expect(Math.max(...sent.map(({ window }) => window))).toBeLessThan(300);
  });

  it('has no more on its way than the receiver has room for: 80 KB behind what is missing', () => {
    const times = Array.from({ length: 200 }, () => 0);
    const again = (k: number, attempt: number): Partial<Fate> => ({
      lost: k === 11 && attempt < 8,
    });
    const { deliveries, sent } = travel(times, { delay: 10 }, again, 1448, true);
    const missing = deliveries.find(({ k }) => k === 11)!;
    const meanwhile = sent.filter(({ time }) => time < missing.time);
    const [last] = meanwhile.map(({ k }) => k).toSorted((a, b) => b - a);
    expect(last).toBe(10 + Math.floor((80 * 1024) / 1448));
  });

  it('is slower the more is lost', () => {
    const times = Array.from({ length: 500 }, () => 0);
    const seconds = [0, 0.01, 0.05].map(
      (loss) =>
        travel(times, { loss, seed: 3 }, undefined, 1448).deliveries.at(-1)!.time / 1000,
    );
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect(seconds[2]!).toBeGreaterThan(3 * seconds[0]!);
  });
});

describe('whatever the link is like', () => {
  const bad = fc.record({
    loss: fc.double({ min: 0, max: 0.4, noNaN: true }),
    dup: fc.double({ min: 0, max: 1, noNaN: true }),
    reorder: fc.double({ min: 0, max: 1, noNaN: true }),
    corrupt: fc.double({ min: 0, max: 0.2, noNaN: true }),
    delay: fc.integer({ min: 0, max: 100 }),
    jitter: fc.integer({ min: 0, max: 30 }),
    dupDelay: fc.integer({ min: 0, max: 30 }),
    rate: fc.constantFrom(Infinity, 100_000, 10_000_000),
    queue: fc.integer({ min: 1, max: 10 }),
    seed: fc.maxSafeNat(),
  });
  const times = fc
    .array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 })
    .map((gaps) =>
      gaps.map((_, index) => gaps.slice(0, index + 1).reduce((a, b) => a + b)),
    );

  it('delivers every segment once, in order, never early', () => {
    fc.assert(
      fc.property(bad, times, fc.boolean(), (link, sendTimes, join) => {
        const { deliveries, model, sent } = travel(
          sendTimes,
          link,
          undefined,
          SIZE,
          join,
        );
        // Once in a long while fifteen time-outs come in a row: then these are the first ones.
        const count = model.gaveUp ? deliveries.length : sendTimes.length;
        expect(deliveries.map(({ item }) => item)).toEqual(
          Array.from({ length: count }, (_, index) => index + 1),
        );
        const late = deliveries.map(({ time }) => time);
        expect(late).toEqual(late.toSorted((a, b) => a - b));
        for (const one of deliveries) {
          expect(one.arrivedAt - one.offeredAt).toBeGreaterThanOrEqual(link.delay - 1e-6);
          expect(one.time).toBeGreaterThanOrEqual(one.arrivedAt);
          const attempts = sent
            .filter(({ k }) => k === one.k)
            .map(({ attempt }) => attempt);
          // One that was repeated inside a packet of another's has not begun that one.
          if (join) expect(attempts).toEqual([...new Set(attempts)].toSorted(ascending));
          else expect(attempts).toEqual(attempts.map((_, index) => index));
        }
      }),
    );
  });

  it('does the same in every run', () => {
    fc.assert(
      fc.property(bad, times, fc.boolean(), (link, sendTimes, join) => {
        const run = (): Travelled => travel(sendTimes, link, undefined, SIZE, join);
        const [one, other] = [run(), run()];
        expect(one.sent).toEqual(other.sent);
        expect(one.deliveries).toEqual(other.deliveries);
      }),
    );
  });

  it('loses a first time exactly the segments that datagrams would be lost as', () => {
    fc.assert(
      fc.property(bad, times, (link, sendTimes) => {
        const fates = fatesOf(linkOf({ ...link, corrupt: 0, rate: Infinity }));
        const { sent } = travel(sendTimes, { ...link, corrupt: 0, rate: Infinity });
        const firsts = sent.filter(({ attempt }) => attempt === 0);
        expect(firsts.map(({ outcome }) => outcome === 'lost')).toEqual(
          firsts.map(({ k }) => fates('there', k).lost),
        );
      }),
    );
  });
});
