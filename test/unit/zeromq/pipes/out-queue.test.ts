import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ZmtpFrameDecoder } from '../../../../src/zeromq/zmtp/index.ts';
import { OutQueue } from '../../../../src/zeromq/pipes/out-queue.ts';
import { COPY_UP_TO, Encoder } from '../../../../src/zeromq/pipes/slab.ts';
import { runs } from '../../../support/properties.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const bytesOf = (queue: OutQueue, limit = 1): Buffer =>
  Buffer.concat(
    queue.take(limit).map(({ bytes, start, end }) => bytes.subarray(start, end)),
  );
/** The messages in these bytes; throws when they do not end with one. */
const messagesIn = (bytes: Buffer): string[][] => {
  const decoder = new ZmtpFrameDecoder();
  const messages: string[][] = [];
  let parts: string[] = [];
  for (const { body, more } of decoder.push(bytes)) {
    parts.push(`${body.length}:${body.subarray(0, 8).toString()}`);
    if (more) continue;
    messages.push(parts);
    parts = [];
  }
  decoder.end();
  expect(parts).toEqual([]);
  return messages;
};
const named = (parts: Buffer[]): string[] =>
  parts.map((part) => `${part.length}:${part.subarray(0, 8).toString()}`);

const sizes = fc.array(
  fc.constantFrom(0, 1, 7, 8, 9, 100, 255, 256, 5000, COPY_UP_TO, COPY_UP_TO + 1, 70_000),
  {
    minLength: 1,
    maxLength: 4,
  },
);

describe('the queue of what is to be sent', () => {
  it('holds frames of every message, cut between messages only', () => {
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 30 }), (messages) => {
        const queue = new OutQueue();
        const sent = messages.map((lengths, i) =>
          lengths.map((length) => Buffer.alloc(length, String(i % 10))),
        );
        const came: string[][] = [];
        for (const [i, parts] of sent.entries()) {
          queue.add(parts.length === 1 ? parts[0]! : parts, []);
          if (i % 3 === 2) {
            came.push(...messagesIn(bytesOf(queue)));
            queue.landed();
          }
        }
        while (queue.waiting) {
          came.push(...messagesIn(bytesOf(queue)));
          queue.landed();
        }
        expect(came).toEqual(sent.map(named));
        expect([queue.messages, queue.waitingBytes]).toEqual([0, 0]);
      }),
      { numRuns: runs(60) },
    );
  });

  it('counts a message until it has landed, and keeps the others when it is lost', () => {
    const queue = new OutQueue();
    for (const text of ['a', 'b', 'c']) queue.add(Buffer.alloc(20_000, text), []);
    expect(queue.messages).toBe(3);
    queue.take(1);
    expect(queue.messages).toBe(3);
    expect(queue.landed()).toBe(1);
    expect(messagesIn(bytesOf(queue, Infinity))).toEqual([
      ['20000:bbbbbbbb'],
      ['20000:cccccccc'],
    ]);
  });

  it('shares what was encoded once, even when the others took something else', () => {
    const encoder = new Encoder();
    const [all, odd] = [new OutQueue(), new OutQueue()];
    const expected: string[][] = [];
    for (let i = 0; i < 2000; i += 1) {
      const message = Buffer.from(`message ${i}`);
      expect(encoder.small(message, [])).toBe(true);
      all.addShared(encoder.slab, encoder.start, encoder.end);
      if (i % 2 === 1) odd.addShared(encoder.slab, encoder.start, encoder.end);
      expected.push(named([message]));
    }
    expect(all.take(Infinity).length).toBeLessThan(20);
    all.landed();
    expect(odd.messages).toBe(1000);
    // Small ones between which others lie are copied: a write of a thousand pieces is slow.
    const pieces = odd.take(Infinity);
    expect(pieces.length).toBeLessThan(20);
    const bytes = pieces.map((piece) => piece.bytes.subarray(piece.start, piece.end));
    expect(messagesIn(Buffer.concat(bytes))).toEqual(
      expected.filter((_, i) => i % 2 === 1),
    );
  });

  it('forgets what has not been taken when it is cleared, and only that', () => {
    const queue = new OutQueue();
    queue.add(Buffer.alloc(20_000, 'a'), []);
    queue.take(1);
    for (const size of [10, 20_000]) queue.add(Buffer.alloc(size), []);
    queue.clear();
    expect([queue.messages, queue.waitingBytes, queue.waiting]).toEqual([1, 0, false]);
    expect(queue.landed()).toBe(1);
    expect(queue.messages).toBe(0);
  });

  it('does not write over what waits, in its own queue or in one that shares it', () => {
    const encoder = new Encoder();
    const queues = [new OutQueue(), new OutQueue()];
    const large = Buffer.alloc(20_000, 'y');
    encoder.small(Buffer.from('first'), []);
    for (const queue of queues) queue.addShared(encoder.slab, encoder.start, encoder.end);
    const pieces = encoder.large([Buffer.from('head'), large], []);
    for (const queue of queues) queue.addPieces(pieces);
    // One of them is through; the other holds on to the slab.
    queues[0]!.take(Infinity);
    queues[0]!.landed();
    for (let i = 0; i < 5; i += 1) encoder.small(Buffer.alloc(100, 'z'), []);
    encoder.large([Buffer.from('HEAD'), large], []);
    expect(messagesIn(bytesOf(queues[1]!, Infinity))).toEqual([
      ['5:first'],
      ['4:head', '20000:yyyyyyyy'],
    ]);
  });
});

describe('slabs', () => {
  /** How large the memory is that is newly made while it works. */
  function madeBy(work: () => void): number[] {
    const spies = [vi.spyOn(Buffer, 'allocUnsafe'), vi.spyOn(Buffer, 'allocUnsafeSlow')];
    work();
    const made = spies.flatMap((allocate) => allocate.mock.calls.map(([size]) => size));
    for (const allocate of spies) allocate.mockRestore();
    return made;
  }
  const fill = (queue: OutQueue, bytes: number): void => {
    for (let i = 0; i < bytes / 1000; i += 1) queue.add(Buffer.alloc(998), []);
  };
  const land = (queue: OutQueue): void => {
    queue.take(Infinity);
    queue.landed();
  };

  it('grow: who sends little needs little, and who sends much needs few', () => {
    const queue = new OutQueue();
    expect(madeBy(() => fill(queue, 1000))).toEqual([1024]);
    const made = madeBy(() => fill(queue, 1_000_000));
    expect(made.slice(0, 3)).toEqual([4096, 16_384, 65_536]);
    expect(made.length).toBeLessThan(19);
    expect(queue.take(Infinity).length).toBeLessThan(20);
  });

  it('are used again when all of it has been sent, or forgotten', () => {
    const queue = new OutQueue();
    for (let i = 0; i < 3; i += 1) {
      fill(queue, 400_000);
      land(queue);
    }
    const made = madeBy(() => {
      for (let i = 0; i < 10; i += 1) {
        fill(queue, 400_000);
        if (i % 2 === 0) land(queue);
        else queue.clear();
      }
    });
    expect(made).toEqual([]);
  });

  it('are kept for that up to half a megabyte', () => {
    const queue = new OutQueue();
    fill(queue, 6_400_000);
    land(queue);
    const made = madeBy(() => fill(queue, 6_400_000));
    expect(made.length).toBeGreaterThan(85);
    expect(made.length).toBeLessThan(100);
  });

  it('begin anew with each message of those that are sent one by one', () => {
    const queue = new OutQueue();
    const made = madeBy(() => {
      for (let i = 0; i < 1000; i += 1) {
        queue.add(Buffer.alloc(1000), []);
        land(queue);
      }
    });
    expect(made).toEqual([1024]);
  });

  it('take copies of parts up to 16 KiB, and not of larger ones', () => {
    const queue = new OutQueue();
    const [small, large] = [COPY_UP_TO, COPY_UP_TO + 1].map((size) =>
      Buffer.allocUnsafeSlow(size),
    );
    for (const message of [small!, large!, [small!, large!]]) queue.add(message, []);
    const memory = queue.take(Infinity).map(({ bytes }) => bytes.buffer);
    expect(memory.filter((one) => one === large!.buffer)).toHaveLength(2);
    expect(memory).not.toContain(small!.buffer);
    expect(COPY_UP_TO).toBe(16 * 1024);
  });
});
