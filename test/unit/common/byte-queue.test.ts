import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../../../src/common/index.ts';
import { runs } from '../../support/properties.ts';

/** A chunk with memory of its own, as a socket gives it. */
function chunkOf(length: number, fill = 0): Buffer {
  return Buffer.allocUnsafeSlow(length).fill(fill);
}

describe('ByteQueue', () => {
  it('gives back what was put in, whatever the chunks and the sizes taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 }),
        fc.array(fc.nat(4000), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        (chunks, sizes, detach) => {
          const queue = new ByteQueue({ detach });
          const seen: number[][] = [];
          const model: number[][] = [];
          let bytes: number[] = [];
          for (const [i, chunk] of chunks.entries()) {
            queue.push(chunk);
            bytes = bytes.concat([...chunk]);
            const size = Math.min(sizes[i % sizes.length]!, bytes.length);
            const peeked = size > 0 ? [queue.byteAt(size - 1)] : [];
            // Every third time the bytes are skipped, not taken.
            if (i % 3 === 2) queue.skip(size);
            const taken = i % 3 === 2 ? [] : [...queue.take(size)];
            seen.push(peeked, taken, [queue.length]);
            model.push(size > 0 ? [bytes[size - 1]!] : []);
            model.push(i % 3 === 2 ? [] : bytes.slice(0, size), [bytes.length - size]);
            bytes = bytes.slice(size);
          }
          seen.push([...queue.take(queue.length)]);
          model.push(bytes);
          expect(seen).toEqual(model);
        },
      ),
      { numRuns: runs(1000) },
    );
  });

  it('reads a number of four bytes wherever the chunks are cut', () => {
    const bytes = Buffer.from([7, 0xff, 0xfe, 0xfd, 0xfc, 9]);
    for (let a = 0; a <= 6; a += 1) {
      for (let b = a; b <= 6; b += 1) {
        const queue = new ByteQueue();
        for (const part of [
          bytes.subarray(0, a),
          bytes.subarray(a, b),
          bytes.subarray(b),
        ]) {
          queue.push(part);
        }
        expect(queue.uint32At(1)).toBe(0xfffefdfc);
        expect(queue.uint32At(0)).toBe(0x07fffefd);
      }
    }
  });

  it('does not copy what lies inside one chunk', () => {
    const queue = new ByteQueue();
    const chunk = chunkOf(100);
    queue.push(chunk);
    queue.skip(10);
    const taken = queue.take(20);
    expect(taken.buffer).toBe(chunk.buffer);
    expect(taken.byteOffset).toBe(10);
  });

  it('joins what lies across chunks in memory of just that size', () => {
    const queue = new ByteQueue();
    queue.push(chunkOf(5000, 1));
    queue.push(chunkOf(5000, 2));
    queue.push(chunkOf(5000, 3));
    queue.skip(4000);
    const taken = queue.take(8000);
    expect(taken.buffer.byteLength).toBe(8000);
    expect([taken[999], taken[1000], taken[5999], taken[6000]]).toEqual([1, 2, 2, 3]);
    expect(queue.length).toBe(3000);
  });

  it.each([
    [1, 8192],
    [256, 8192],
    [512, 16_384],
    [1024, 32_768],
    [4095, 32_768],
    [4096, 65_536],
  ])('asked to detach, %i bytes hold %i at most: one copy for many', (size, held) => {
    const queue = new ByteQueue({ detach: true });
    const chunk = chunkOf(65_536, 1);
    queue.push(chunk);
    const [first, second] = [queue.take(size), queue.take(size)];
    expect(first.buffer.byteLength).toBe(held);
    expect(second.buffer).toBe(first.buffer);
    const both = chunk.subarray(0, 2 * size);
    expect(Buffer.concat([first, second]).equals(both)).toBe(true);
    // Nor does a small one behind them hold what was copied for them.
    expect(queue.take(1).buffer.byteLength).toBe(8192);
  });

  it('asked to detach, never holds more, whichever sizes follow each other', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.nat(9000)));
    fc.assert(
      fc.property(sizes, (wanted) => {
        const queue = new ByteQueue({ detach: true });
        const bytes = chunkOf(65_536).map((_, i) => i * 7);
        queue.push(bytes);
        let at = 0;
        for (const size of wanted.filter((one) => one > 0)) {
          if (size > queue.length) break;
          const taken = queue.take(size);
          expect(taken.equals(bytes.subarray(at, at + size))).toBe(true);
          expect(taken.buffer.byteLength).toBeLessThanOrEqual(Math.max(8192, 32 * size));
          at += size;
        }
        expect(queue.length).toBe(65_536 - at);
      }),
      { numRuns: runs(100) },
    );
  });

  it('leaves small pieces of a small chunk where they are, even then', () => {
    const queue = new ByteQueue({ detach: true });
    const chunk = chunkOf(100);
    queue.push(chunk);
    expect(queue.take(10).buffer).toBe(chunk.buffer);
  });

  it('holds bytes that trickle in one by one in little more memory than they are', () => {
    const queue = new ByteQueue();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200_000; i += 1) queue.push(chunkOf(1, i));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    const taken = queue.take(200_000);
    expect(taken.every((byte, i) => byte === (i & 0xff))).toBe(true);
  });

  it('gathers in blocks of 4 KiB what trickles in, so that no byte has an object of its own', () => {
    const queue = new ByteQueue();
    for (let i = 0; i < 10_000; i += 1) queue.push(chunkOf(1, i));
    queue.skip(1); // the first was nobody's to wait for
    const blocks = new Set<ArrayBufferLike>();
    for (let i = 1; i < 10_000; i += 1) {
      const byte = queue.take(1);
      expect(byte[0]).toBe(i & 0xff);
      blocks.add(byte.buffer);
    }
    expect([...blocks].map(({ byteLength }) => byteLength)).toEqual([4096, 4096, 4096]);
  });

  it('does not write into what it gave away when more trickles in', () => {
    const queue = new ByteQueue();
    for (const byte of [1, 2, 3, 4]) queue.push(Buffer.from([byte]));
    queue.skip(1);
    const taken = queue.take(2);
    for (const byte of [5, 6, 7]) queue.push(Buffer.from([byte]));
    expect([...taken]).toEqual([2, 3]);
    expect([...queue.take(4)]).toEqual([4, 5, 6, 7]);
  });

  it('refuses to give what it does not have', () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from([1, 2, 3]));
    for (const wrong of [
      () => queue.take(4),
      () => queue.skip(4),
      () => queue.byteAt(3),
      () => queue.uint32At(0),
    ]) {
      expect(wrong).toThrow(expect.objectContaining({ code: 'ERR_BAD_ARGUMENT' }));
    }
    expect([...queue.take(3)]).toEqual([1, 2, 3]);
  });

  it('forgets everything when cleared', () => {
    const queue = new ByteQueue();
    queue.push(chunkOf(2000));
    queue.push(chunkOf(2000));
    queue.clear();
    expect(queue.length).toBe(0);
    expect(() => queue.byteAt(0)).toThrow('a queue that holds 0');
    queue.push(Buffer.from([5]));
    expect(queue.byteAt(0)).toBe(5);
    expect(() => queue.byteAt(1)).toThrow('a queue that holds 1');
  });
});
