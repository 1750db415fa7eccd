import { afterEach, describe, expect, it, vi } from 'vitest';
import { doneOrSilent, untilStill } from '../../../../src/network/compare/lanes/lane.ts';
import { atPace } from '../../../../src/network/compare/pace.ts';

const { signal } = new AbortController();

describe('sending without a pause', () => {
  it('lets others have a turn after every few', async () => {
    let turn = 0;
    const count = (): void => {
      turn += 1;
      if (turn < 100) setImmediate(count);
    };
    setImmediate(count);
    const turns: number[] = [];
    const sent = await atPace(1000, 0, signal, () => turns.push(turn));
    expect(sent).toHaveLength(1000);
    // libuv reads 32 datagrams from a socket in a turn.
    const most = Math.max(...[...new Set(turns)].map((one) => countOf(turns, one)));
    expect(most).toBeLessThanOrEqual(32);
  });

  it('ends with the signal, between two messages', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const sending = atPace(1000, 0, controller.signal, (k) => {
      if (k === 40) controller.abort(reason);
    });
    await expect(sending).rejects.toBe(reason);
  });
});

describe('waiting for datagrams', () => {
  afterEach(() => vi.useRealTimers());

  /** How many looks it takes until the wait is over, when `count` says these, and then the last. */
  async function looks(counts: readonly number[], whole: number): Promise<number> {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    let asked = 0;
    const count = (): number => counts[Math.min(asked++, counts.length - 1)]!;
    const waiting = untilStill(count, whole, signal);
    await vi.advanceTimersByTimeAsync(10_000);
    await waiting;
    return asked;
  }

  it('ends when all have come', async () => {
    expect(await looks([0, 1, 5, 5, 9, 10], 10)).toBe(6);
  });

  it('ends when no more come, though some are missing', async () => {
    const still = (await looks([7], 10)) - 1;
    expect(still).toBeGreaterThan(10);
    expect(await looks([1, 2, 3, 4, 5, 6, 7], 10)).toBe(7 + still);
  });
});

describe('waiting for work', () => {
  afterEach(() => vi.useRealTimers());

  it('ends with it, or throws what it throws', async () => {
    expect(await doneOrSilent(Promise.resolve(), () => 0, 1e6, signal)).toBe(true);
    const failed = Promise.reject(new Error('broken'));
    await expect(doneOrSilent(failed, () => 0, 1e6, signal)).rejects.toThrow('broken');
  });

  it('gives up when nothing new has come for long enough', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const never = new Promise(() => {});
    let asked = 0;
    let done: boolean | undefined;
    const count = (): number => (asked < 500 ? asked++ : asked);
    const waiting = doneOrSilent(never, count, 1000, signal).then((is) => (done = is));
    await vi.advanceTimersByTimeAsync(1500);
    expect(done).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    await waiting;
    expect(done).toBe(false);
  });

  it('gives up when it takes too long in all', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    let count = 0;
    let done: boolean | undefined;
    const never = new Promise(() => {});
    const waiting = doneOrSilent(never, () => (count += 1), 1000, signal);
    void waiting.then((is) => (done = is));
    await vi.advanceTimersByTimeAsync(99_000);
    expect(done).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2000);
    expect(done).toBe(false);
  });
});

function countOf(all: readonly number[], one: number): number {
  return all.filter((other) => other === one).length;
}
