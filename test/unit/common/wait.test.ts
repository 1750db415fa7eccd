import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mailbox, Wait } from '../../../src/common/index.ts';

// Time is pretended: a test decides when it has passed, and sees which timers are left.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a wait left behind: nothing, when it is over. */
function leftBehind(signal: AbortSignal): { timers: number; listeners: number } {
  return {
    timers: vi.getTimerCount(),
    listeners: getEventListeners(signal, 'abort').length,
  };
}

const NOTHING = { timers: 0, listeners: 0 };

describe('Wait', () => {
  it('resolves with what it is given, and leaves no timer or listener', async () => {
    const { signal } = new AbortController();
    const wait = new Wait<string>('recv', { signal, timeout: 1000 });
    expect(leftBehind(signal)).toEqual({ timers: 1, listeners: 1 });
    wait.resolve('here');
    await expect(wait.promise).resolves.toBe('here');
    expect(leftBehind(signal)).toEqual(NOTHING);
  });

  it('rejects with what it is given, and leaves no timer or listener', async () => {
    const { signal } = new AbortController();
    const wait = new Wait<string>('recv', { signal, timeout: 1000 });
    wait.reject(new Error('broken'));
    await expect(wait.promise).rejects.toThrow('broken');
    expect(leftBehind(signal)).toEqual(NOTHING);
  });

  it('times out when its time has passed, and leaves no listener', async () => {
    const { signal } = new AbortController();
    const wait = new Wait<string>('recv(10)', { signal, timeout: 250 });
    vi.advanceTimersByTime(249);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    await expect(wait.promise).rejects.toMatchObject({
      name: 'TimedOutError',
      code: 'ERR_TIMED_OUT',
      message: 'recv(10): nothing happened within 250 ms',
    });
    expect(leftBehind(signal)).toEqual(NOTHING);
  });

  it('rejects with the signal’s own reason when it aborts, and leaves no timer', async () => {
    const controller = new AbortController();
    const wait = new Wait<string>('recv', { signal: controller.signal, timeout: 1000 });
    const reason = new Error('Ctrl-C');
    controller.abort(reason);
    await expect(wait.promise).rejects.toBe(reason);
    expect(leftBehind(controller.signal)).toEqual(NOTHING);
  });

  it('gives up at once when the signal has aborted before', async () => {
    const reason = new Error('too late');
    const signal = AbortSignal.abort(reason);
    const wait = new Wait<string>('recv', { signal, timeout: 1000 });
    await expect(wait.promise).rejects.toBe(reason);
    expect(leftBehind(signal)).toEqual(NOTHING);
  });

  it('is not moved by what comes after it was settled', async () => {
    const controller = new AbortController();
    const onGiveUp = vi.fn<() => void>();
    const wait = new Wait<string>(
      'recv',
      { signal: controller.signal, timeout: 10 },
      onGiveUp,
    );
    wait.resolve('first');
    wait.reject(new Error('second'));
    controller.abort();
    vi.advanceTimersByTime(1000);
    await expect(wait.promise).resolves.toBe('first');
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  it('calls onGiveUp when time or signal end it, and only then', async () => {
    const onGiveUp = vi.fn<(wait: Wait<string>) => void>();
    const timed = new Wait<string>('recv', { timeout: 10 }, onGiveUp);
    vi.advanceTimersByTime(10);
    await expect(timed.promise).rejects.toThrow('nothing happened');
    expect(onGiveUp).toHaveBeenCalledExactlyOnceWith(timed);

    const rejected = new Wait<string>('recv', {}, onGiveUp);
    rejected.reject(new Error('broken'));
    await expect(rejected.promise).rejects.toThrow('broken');
    expect(onGiveUp).toHaveBeenCalledOnce();
  });

  it('keeps its own reason when onGiveUp closes what would reject it too', async () => {
    const wait = new Wait<string>('recv', { timeout: 10 }, (self) =>
      self.reject(new Error('closed')),
    );
    vi.advanceTimersByTime(10);
    await expect(wait.promise).rejects.toThrow('nothing happened');
  });

  it.each([0, -1, Number.NaN, 2_147_483_648, Number.POSITIVE_INFINITY])(
    'refuses a time-out of %d ms',
    (timeout) => {
      expect(() => new Wait('recv', { timeout })).toThrow(
        expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' }),
      );
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('begins with what is to be waited for', async () => {
    const wait = new Wait<string>('connect', {});
    await expect(wait.begin(() => wait.resolve('connected'))).resolves.toBe('connected');
  });

  it('ends, and leaves no timer, when what it begins with throws', async () => {
    const wait = new Wait<string>('connect', { timeout: 1000 });
    const begun = wait.begin(() => {
      throw new Error('no such address');
    });
    await expect(begun).rejects.toThrow('no such address');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins nothing when the signal has aborted before', async () => {
    const start = vi.fn<() => void>();
    const wait = new Wait<string>('connect', { signal: AbortSignal.abort() });
    await expect(wait.begin(start)).rejects.toThrow('aborted');
    expect(start).not.toHaveBeenCalled();
  });
});

describe('Mailbox', () => {
  it('hands out first what came first', async () => {
    const box = new Mailbox<number>(3);
    expect([box.put(1), box.put(2), box.put(3)]).toEqual([true, true, true]);
    expect(box.length).toBe(3);
    expect([await box.take('x'), await box.take('x'), await box.take('x')]).toEqual([
      1, 2, 3,
    ]);
    expect(box.length).toBe(0);
  });

  it('serves first whoever has waited longest', async () => {
    const box = new Mailbox<number>(1);
    const waiting = [box.take('x'), box.take('x')];
    box.put(1);
    box.put(2);
    await expect(Promise.all(waiting)).resolves.toEqual([1, 2]);
  });

  it('says no when it is full, and yes again when an item was taken', async () => {
    const box = new Mailbox<number>(2);
    box.put(1);
    box.put(2);
    expect(box.put(3)).toBe(false);
    await box.take('x');
    expect(box.put(4)).toBe(true);
    expect([await box.take('x'), await box.take('x')]).toEqual([2, 4]);
  });

  it('does not count an item that somebody waits for', async () => {
    const box = new Mailbox<number>(1);
    const waiting = box.take('x');
    expect([box.put(1), box.put(2), box.put(3)]).toEqual([true, true, false]);
    await expect(waiting).resolves.toBe(1);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a capacity of %d', (capacity) => {
    expect(() => new Mailbox(capacity)).toThrow(
      expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' }),
    );
  });

  it('keeps for the next caller what comes after a time-out', async () => {
    const box = new Mailbox<number>(1);
    const waiting = box.take('recvfrom(5)', { timeout: 10 });
    vi.advanceTimersByTime(10);
    await expect(waiting).rejects.toThrow('recvfrom(5): nothing happened within 10 ms');
    expect(box.put(1)).toBe(true);
    await expect(box.take('x')).resolves.toBe(1);
  });

  it('keeps for the next caller what comes after an abort', async () => {
    const box = new Mailbox<number>(1);
    const controller = new AbortController();
    const [gone, stays] = [box.take('x', { signal: controller.signal }), box.take('x')];
    controller.abort();
    await expect(gone).rejects.toThrow('aborted');
    box.put(1);
    await expect(stays).resolves.toBe(1);
  });

  it('gives nothing to a caller whose signal has aborted, and loses nothing', async () => {
    const box = new Mailbox<number>(1);
    box.put(1);
    await expect(box.take('x', { signal: AbortSignal.abort() })).rejects.toThrow(
      'aborted',
    );
    await expect(box.take('x')).resolves.toBe(1);
  });

  it('fails the caller that has waited longest, and only that one', async () => {
    const box = new Mailbox<number>(1);
    const [first, second] = [box.take('x'), box.take('x')];
    expect(box.fail(new Error('refused'))).toBe(true);
    await expect(first).rejects.toThrow('refused');
    box.put(2);
    await expect(second).resolves.toBe(2);
  });

  it('says when there is nobody to fail', () => {
    expect(new Mailbox(1).fail(new Error('refused'))).toBe(false);
  });

  it('fails everybody, now and later, once it is closed', async () => {
    const box = new Mailbox<number>(1);
    const waiting = [box.take('x'), box.take('x')];
    expect(box.close(new Error('closed'))).toEqual([]);
    for (const caller of waiting) await expect(caller).rejects.toThrow('closed');
    await expect(box.take('x')).rejects.toThrow('closed');
    expect(box.put(1)).toBe(false);
  });

  it('hands back what nobody claimed when it closes, and keeps its first reason', async () => {
    const box = new Mailbox<number>(2);
    box.put(1);
    box.put(2);
    expect(box.close(new Error('first'))).toEqual([1, 2]);
    expect(box.close(new Error('second'))).toEqual([]);
    await expect(box.take('x')).rejects.toThrow('first');
  });
});
