import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ackLossesOf, fatesOf } from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import { type Action, Passage } from '../../../../../src/network/link/model/passage.ts';
import type { Sent } from '../../../../../src/network/link/model/stream-model.ts';

interface Came {
  /** Every byte, as text. */
  text: string;
  /** What came when: bytes as text, or `end`, or `reset`. */
  log: [number, string][];
  sent: Sent[];
  /** Whether TCP would have given up: a segment was lost too often. */
  gaveUp: boolean;
}

type Step = [time: number, what: string | Buffer];

/** Pushes each chunk at its time (`END` ends the stream), and lets everything happen. */
function pass(link: LinkOptions, steps: readonly Step[], opensAt = 0): Came {
  const sent: Sent[] = [];
  const passage = new Passage({
    link: linkOf(link),
    fates: fatesOf(linkOf(link)),
    ackLosses: ackLossesOf(linkOf(link)),
    direction: 'there',
    line: 0,
    opensAt,
    onSent: (one) => sent.push(one),
  });
  const log: [number, string][] = [];
  const until = (now: number): void => {
    while (passage.nextTime <= now) {
      const time = passage.nextTime;
      for (const action of passage.advance(time)) log.push([time, wordOf(action)]);
    }
  };
  for (const [time, what] of steps) {
    until(time);
    if (what === 'END') passage.end(time);
    else passage.push(time, typeof what === 'string' ? Buffer.from(what) : what);
  }
  until(1e12);
  const bytes = log.filter(([, word]) => word !== 'end' && word !== 'reset');
  const text = bytes.map(([, word]) => word).join('');
  return { text, log, sent, gaveUp: passage.gaveUp };
}

function wordOf(action: Action): string {
  return action.type === 'bytes' ? action.data.toString('latin1') : action.type;
}

describe('a passage', () => {
  it('passes bytes and the end on, each after the delay', () => {
    const { log } = pass({ delay: 50 }, [
      [0, 'hello'],
      [10, 'world'],
      [20, 'END'],
    ]);
    expect(log).toEqual([
      [50, 'hello'],
      [60, 'world'],
      [70, 'end'],
    ]);
  });

  it('lets nothing leave before the handshake is done', () => {
    const { log } = pass(
      { delay: 50 },
      [
        [0, 'hello'],
        [500, 'later'],
      ],
      100,
    );
    expect(log).toEqual([
      [150, 'hello'],
      [550, 'later'],
    ]);
  });

  it('passes on a stream without bytes', () => {
    expect(pass({ delay: 5 }, [[0, 'END']]).log).toEqual([[5, 'end']]);
  });

  it('takes the delay of its own direction, and its acknowledgements that of the other', () => {
    expect(pass({ delay: 5, delayBack: 300 }, [[0, 'END']]).log).toEqual([[5, 'end']]);
    // The first of two is lost: the second's acknowledgement tells of it, a way back later.
    const lost = pass({ delay: 5, delayBack: 300, drop: [1] }, [
      [0, 'a'],
      [100, 'b'],
    ]);
    const repeated = 100 + 5 + 300;
    expect(lost.log[0]).toEqual([repeated + 5, 'a']);
  });

  it('says what it keeps, small pieces counted with their objects', () => {
    const link = linkOf({ segment: 1, cut: 100 });
    const passage = new Passage({
      link,
      fates: fatesOf(link),
      ackLosses: ackLossesOf(link),
      direction: 'there',
      line: 0,
      opensAt: 0,
    });
    const kept = passage.push(0, Buffer.alloc(60));
    expect(kept).toBeGreaterThan(60 * 100);
    expect(passage.push(0, Buffer.alloc(60))).toBe((kept * 40) / 60);
    expect(passage.push(0, Buffer.alloc(60))).toBe(0);
    const weights = passage
      .advance(0)
      .map((action) => (action.type === 'bytes' ? action.weight : 0));
    expect(weights.reduce((sum, weight) => sum + weight)).toBe((kept * 100) / 60);
  });

  it('never loses the end, which has no fate of its own', () => {
    const { log, sent } = pass({ loss: 0.9, delay: 5, seed: 3 }, [[0, 'END']]);
    expect(log).toEqual([[5, 'end']]);
    expect(sent).toEqual([]);
  });
});

describe('segments', () => {
  it('are the chunks as they come, or pieces of 1,448 bytes', () => {
    const { sent } = pass({}, [
      [0, 'x'.repeat(10)],
      [1, 'x'.repeat(3000)],
    ]);
    expect(sent.map(({ k, offset, size }) => [k, offset, size])).toEqual([
      [1, 0, 10],
      [2, 10, 1448],
      [3, 1458, 1448],
      [4, 2906, 104],
    ]);
  });

  it('of a given size are the same however the chunks come', () => {
    const whole: Step[] = [[0, 'x'.repeat(100)]];
    const bytes = Array.from({ length: 100 }, (): Step => [0, 'x']);
    const numbers = (steps: Step[]): Set<string> => {
      const { sent } = pass({ segment: 30, loss: 0.3, seed: 5 }, steps);
      return new Set(
        sent
          .filter(({ attempt }) => attempt === 0)
          .map(({ k, outcome }) => `${k} ${outcome}`),
      );
    };
    expect(numbers(whole).size).toBe(4);
    expect(numbers(bytes)).toEqual(numbers(whole));
  });
});

describe('what happens at a byte', () => {
  it('a stall holds it and all later ones up, and no earlier one', () => {
    const { log, text } = pass({ delay: 10, stall: [{ offset: 6, milliseconds: 200 }] }, [
      [0, 'hello world'],
      [5, ' again'],
    ]);
    expect(text).toBe('hello world again');
    expect(log).toEqual([
      [10, 'hello '],
      [210, 'world'],
      [210, ' again'],
    ]);
  });

  it('several stalls follow each other, in the order of their bytes', () => {
    const stall = [
      { offset: 2, milliseconds: 100 },
      { offset: 1, milliseconds: 10 },
    ];
    expect(pass({ stall }, [[0, 'abc']]).log).toEqual([
      [0, 'a'],
      [10, 'b'],
      [110, 'c'],
    ]);
  });

  it('a cut ends the stream there, and drops the rest', () => {
    const { log } = pass({ delay: 10, cut: 5 }, [
      [0, 'hello world'],
      [5, 'more'],
      [6, 'END'],
    ]);
    expect(log).toEqual([
      [10, 'hello'],
      [10, 'end'],
    ]);
  });

  it('a cut behind the end is none', () => {
    const { log } = pass({ cut: 50 }, [
      [0, 'hello'],
      [1, 'END'],
    ]);
    expect(log).toEqual([
      [0, 'hello'],
      [1, 'end'],
    ]);
  });

  it('a cut at 0 leaves nothing but the end', () => {
    expect(pass({ cut: 0 }, [[0, 'hello']]).log).toEqual([[0, 'end']]);
  });

  it('a reset comes a moment after the bytes before it', () => {
    expect(pass({ delay: 10, reset: 5, cut: 5 }, [[0, 'hello world']]).log).toEqual([
      [10, 'hello'],
      [30, 'reset'],
    ]);
  });
});

describe('whatever the link is like', () => {
  const bad = fc.record({
    loss: fc.double({ min: 0, max: 0.4, noNaN: true }),
    dup: fc.double({ min: 0, max: 1, noNaN: true }),
    reorder: fc.double({ min: 0, max: 1, noNaN: true }),
    corrupt: fc.double({ min: 0, max: 0.2, noNaN: true }),
    delay: fc.integer({ min: 0, max: 50 }),
    jitter: fc.integer({ min: 0, max: 30 }),
    rate: fc.constantFrom(Infinity, 100_000),
    queue: fc.integer({ min: 1, max: 10 }),
    segment: fc.integer({ min: 0, max: 50 }),
    seed: fc.maxSafeNat(),
    stall: fc.array(fc.record({ offset: fc.nat(200), milliseconds: fc.nat(500) }), {
      maxLength: 3,
    }),
  });
  const chunks = fc.array(
    fc.record({
      gap: fc.nat(30),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }),
    }),
    { maxLength: 30 },
  );

  it('passes on every byte, in order, and then the end, unless TCP would give up', () => {
    fc.assert(
      fc.property(bad, chunks, fc.nat(300), (link, list, opensAt) => {
        let time = 0;
        const steps = list.map(({ gap, bytes }): Step => [
          (time += gap),
          Buffer.from(bytes),
        ]);
        const { text, log, gaveUp } = pass(link, [...steps, [time, 'END']], opensAt);
        const all = Buffer.concat(list.map(({ bytes }) => bytes)).toString('latin1');
        if (gaveUp) {
          expect(all.startsWith(text)).toBe(true);
        } else {
          expect(text).toBe(all);
          expect(log.at(-1)![1]).toBe('end');
        }
      }),
    );
  });

  it('passes on exactly the bytes before a cut', () => {
    fc.assert(
      fc.property(bad, chunks, fc.nat(500), (link, list, cut) => {
        const steps = list.map(({ bytes }, index): Step => [index, Buffer.from(bytes)]);
        const { text, gaveUp } = pass({ ...link, cut }, [...steps, [list.length, 'END']]);
        const all = Buffer.concat(list.map(({ bytes }) => bytes)).toString('latin1');
        const before = all.slice(0, cut);
        if (gaveUp) expect(before.startsWith(text)).toBe(true);
        else expect(text).toBe(before);
      }),
    );
  });
});
