import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../../../src/network/link/model/timeline.ts';

describe('a timeline', () => {
  it('is empty at first', () => {
    const timeline = new Timeline<string>();
    expect(timeline.nextTime).toBe(Infinity);
    expect(timeline.take(Infinity)).toBeUndefined();
  });

  it('gives out what is due, and keeps the rest', () => {
    const timeline = new Timeline<string>();
    timeline.add(20, 'later');
    timeline.add(10, 'sooner');
    expect(timeline.take(9.9)).toBeUndefined();
    expect(timeline.nextTime).toBe(10);
    expect(timeline.take(10)?.item).toBe('sooner');
    expect(timeline.take(10)).toBeUndefined();
    expect(timeline.length).toBe(1);
  });

  it('sorts by time, and by order of entry where times are equal', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const timeline = new Timeline<number>();
        for (const [index, time] of times.entries()) timeline.add(time, index);
        const taken = times.map(() => timeline.take(Infinity)!.item);
        const sorted = [...times.keys()].sort((a, b) => times[a]! - times[b]! || a - b);
        expect(taken).toEqual(sorted);
      }),
    );
  });

  it('stays in order while things come and go', () => {
    const step = fc.record({ adds: fc.array(fc.nat(100)), now: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const timeline = new Timeline<number>();
        const waiting: number[] = [];
        for (const { adds, now } of steps) {
          for (const time of adds) {
            timeline.add(time, time);
            waiting.push(time);
          }
          waiting.sort((a, b) => a - b);
          while (waiting[0] !== undefined && waiting[0] <= now) {
            expect(timeline.take(now)?.item).toBe(waiting.shift());
          }
          expect(timeline.nextTime).toBe(waiting[0] ?? Infinity);
        }
      }),
    );
  });
});
