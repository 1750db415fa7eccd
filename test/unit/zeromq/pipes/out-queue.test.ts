import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZmtpFrameDecoder } from '../../../../src/zeromq/index.ts';
import { OutQueue } from '../../../../src/zeromq/pipes/out-queue.ts';
import { COPY_UP_TO, Encoder } from '../../../../src/zeromq/pipes/slab.ts';
import { runs } from '../../../support/properties.ts';

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

  it('shares what was encoded once, also when the others took something else', () => {
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
    expect(messagesIn(bytesOf(odd, Infinity))).toEqual(
      expected.filter((_, i) => i % 2 === 1),
    );
  });
});
