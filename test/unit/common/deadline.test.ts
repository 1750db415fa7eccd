import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadline } from '../../../src/common/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a deadline', () => {
  it('aborts when its time is over, and not before', () => {
    const { signal } = deadline('the lane udp', 1000, undefined);
    vi.advanceTimersByTime(999);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({
      code: 'ERR_TIMED_OUT',
      message: 'the lane udp: nothing happened within 1000 ms',
    });
  });

  it('aborts as the outer signal does, even if that was before', () => {
    const outer = new AbortController();
    const { signal } = deadline('it', 1000, outer.signal);
    outer.abort('Ctrl-C');
    expect(signal.reason).toBe('Ctrl-C');
    expect(deadline('it', 1000, outer.signal).signal.reason).toBe('Ctrl-C');
  });

  it('leaves no time-out and no listener behind when it is cleared', () => {
    const outer = new AbortController();
    const { clear, signal } = deadline('it', 1000, outer.signal);
    clear();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
    expect(signal.aborted).toBe(false);
  });
});
