import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Queue } from '../../../../src/zeromq/pipes/queue.ts';
import { isFree } from '../../../support/garbage.ts';

describe('a queue', () => {
  it('does what an array does', () => {
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('clear' as const, 'remove' as const),
      },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const queue = new Queue<number>();
        let array: number[] = [];
        for (const what of acts) {
          if (what === 'shift') expect(queue.shift()).toBe(array.shift());
          else if (what === 'clear') {
            queue.clear();
            array = [];
          } else if (what === 'remove') {
            queue.remove(3);
            array = array.filter((item) => item !== 3);
          } else {
            queue.push(what);
            array.push(what);
          }
          expect([queue.length, queue.first]).toEqual([array.length, array[0]]);
        }
        for (const item of array) expect(queue.shift()).toBe(item);
        expect(queue.shift()).toBeUndefined();
      }),
    );
  });

  it('moves an item once or twice while it grows, not again with every other', () => {
    const moved = vi.spyOn(Array.prototype, 'concat');
    try {
      const queue = new Queue<number>();
      for (let i = 0; i < 10_000; i += 1) queue.push(i);
      // Ten times from 16 to 16,384 slots.
      expect(moved).toHaveBeenCalledTimes(10);
      for (let i = 0; i < 10_000; i += 1) queue.shift();
      moved.mockClear();
      for (let i = 0; i < 100_000; i += 1) {
        queue.push(i);
        queue.shift();
      }
      expect(moved.mock.calls.length).toBe(0);
    } finally {
      moved.mockRestore();
    }
  });

  it('lets go of an item when it has been taken', async () => {
    const queue = new Queue<object>();
    const taken = (() => {
      for (let i = 0; i < 3; i += 1) queue.push({});
      return new WeakRef(queue.shift()!);
    })();
    expect(await isFree(taken)).toBe(true);
    expect(queue.length).toBe(2);
  });

  it('lets go of a large ring when it has been emptied', () => {
    const queue = new Queue<object>();
    for (let i = 0; i < 5000; i += 1) queue.push({});
    const emptied = vi.spyOn(queue, 'clear');
    for (let i = 0; i < 5000; i += 1) queue.shift();
    // One small ring in place of the large one.
    expect(emptied).toHaveBeenCalledTimes(1);
  });
});
