import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventStream } from '../../../../src/auction/board/event-stream.ts';

/** A response whose reader takes what it is sent, or not. */
class FakeResponse extends EventEmitter {
  readonly written: string[] = [];
  takes = true;
  destroyed = false;
  ended = false;

  write(message: string | Buffer): boolean {
    this.written.push(String(message));
    return this.takes;
  }
  drain(): void {
    this.takes = true;
    this.emit('drain');
  }
  end(): void {
    this.ended = true;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
  /** The states that it was sent. */
  get states(): string[] {
    return this.written
      .map((message) => /^data: (.*)\n\n$/.exec(message)?.[1])
      .filter((state) => state !== undefined);
  }
}

const BEAT = 'event: beat\ndata: 1000\n\n';
let state = 'first';
let stream: EventStream;

function reader(): FakeResponse {
  const response = new FakeResponse();
  stream.admit(response as unknown as ServerResponse);
  return response;
}

function change(to: string): void {
  state = to;
  stream.changed();
}

beforeEach(() => {
  vi.useFakeTimers();
  state = 'first';
  stream = new EventStream(() => state, { beat: 1000, pause: 100 });
});
afterEach(() => {
  stream.close();
  vi.useRealTimers();
});

describe('a stream of states', () => {
  it('begins with a beat and the state as it is', () => {
    expect(reader().written).toEqual([BEAT, 'data: first\n\n']);
  });

  it('tells what happens at the same time as one change', () => {
    const one = reader();
    change('bid');
    change('sold');
    expect(one.states).toEqual(['first']);
    vi.advanceTimersByTime(1);
    expect(one.states).toEqual(['first', 'sold']);
  });

  it('tells at most once in a pause, and the last state always', () => {
    const one = reader();
    for (let ms = 0; ms < 1000; ms += 1) {
      change(`after ${ms}`);
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(100);
    expect(one.states.length).toBeGreaterThanOrEqual(10);
    expect(one.states.length).toBeLessThanOrEqual(12);
    expect(one.states.at(-1)).toBe('after 999');
  });

  it('waits longer when more is about to come', () => {
    const one = reader();
    state = 'empty';
    stream.changed(100);
    vi.advanceTimersByTime(50);
    change('full');
    vi.advanceTimersByTime(50);
    expect(one.states).toEqual(['first', 'full']);
  });

  it('says nothing while nothing changes, but beats', () => {
    const one = reader();
    vi.advanceTimersByTime(5000);
    expect(one.written).toEqual([
      BEAT,
      'data: first\n\n',
      ...Array.from({ length: 5 }, () => BEAT),
    ]);
  });

  it('asks for no state when nobody reads', () => {
    const ask = vi.fn<() => string>(() => 'state');
    const lonely = new EventStream(ask, { beat: 1000, pause: 100 });
    lonely.changed();
    vi.advanceTimersByTime(5000);
    lonely.close();
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('a slow reader', () => {
  it('is sent nothing while it does not take what it has, then the latest', () => {
    const slow = reader();
    slow.takes = false;
    for (const to of ['second', 'third', 'fourth']) {
      change(to);
      vi.advanceTimersByTime(200);
    }
    expect(slow.states).toEqual(['first', 'second']);
    slow.drain();
    expect(slow.states).toEqual(['first', 'second', 'fourth']);
  });

  it('is sent away after three beats, and forgotten', () => {
    const slow = reader();
    slow.takes = false;
    change('second');
    vi.advanceTimersByTime(2999);
    expect(slow.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(slow.destroyed).toBe(true);
    expect(stream.readers).toBe(0);
  });

  it('is forgiven when it reads again', () => {
    const slow = reader();
    slow.takes = false;
    change('second');
    vi.advanceTimersByTime(2500);
    slow.drain();
    vi.advanceTimersByTime(5000);
    expect(slow.destroyed).toBe(false);
  });

  it('does not hold up the others', () => {
    const slow = reader();
    const quick = reader();
    slow.takes = false;
    for (const to of ['second', 'third']) {
      change(to);
      vi.advanceTimersByTime(200);
    }
    expect(quick.states).toEqual(['first', 'second', 'third']);
  });
});

describe('the end', () => {
  it('of a reader makes room for another', () => {
    const readers = [reader(), reader(), reader()];
    expect(stream.readers).toBe(3);
    readers[1]!.emit('close');
    expect(stream.readers).toBe(2);
  });

  it('of the stream ends every reader and leaves no timer', () => {
    const one = reader();
    change('second');
    stream.close();
    expect(one.ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    change('third');
    expect(vi.getTimerCount()).toBe(0);
  });
});
