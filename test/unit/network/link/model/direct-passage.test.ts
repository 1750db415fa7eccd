import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AnyPassage,
  DirectPassage,
  isPerfect,
} from '../../../../../src/network/link/model/direct-passage.ts';
import { ackLossesOf, fatesOf } from '../../../../../src/network/link/model/fate.ts';
import {
  linkOf,
  type LinkOptions,
} from '../../../../../src/network/link/model/options.ts';
import { Passage } from '../../../../../src/network/link/model/passage.ts';
import { runs } from '../../../../support/properties.ts';

type Step = { wait: number; what: number | 'end' | 'reset' };

const steps = fc.array(
  fc.record<Step>({
    wait: fc.integer({ min: 0, max: 50 }),
    what: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 10_000 }) },
      { weight: 1, arbitrary: fc.constantFrom('end' as const, 'reset' as const) },
    ),
  }),
  { maxLength: 12 },
);

/** What came out, and when. A byte tells its own place in the stream. */
function log(passage: AnyPassage, all: readonly Step[]): [number, string][] {
  const came: [number, string][] = [];
  let now = 0;
  let offset = 0;
  const until = (end: number): void => {
    while (passage.nextTime <= end) {
      const time = passage.nextTime;
      for (const action of passage.advance(time)) {
        const bytes = action.type === 'bytes' ? [...action.data].map(String) : undefined;
        for (const word of bytes ?? [action.type]) came.push([time, word]);
      }
    }
  };
  for (const { wait, what } of all) {
    until(now + wait);
    now += wait;
    if (what === 'end') passage.end(now);
    else if (what === 'reset') passage.reset(now);
    else {
      passage.push(
        now,
        Buffer.from(Array.from({ length: what }, (_, i) => (offset + i) % 251)),
      );
      offset += what;
    }
    until(now);
  }
  until(1e9);
  expect(passage.gaveUp).toBe(false);
  return came;
}

describe('a passage over a perfect link', () => {
  it.each([0, 1, 100, 5000])(
    'does without a model what the model does, in segments of %i bytes',
    (segment) => {
      const link = linkOf({ segment });
      fc.assert(
        fc.property(steps, (all) => {
          const counts = { modelled: 0, acknowledged: 0, direct: 0 };
          const modelled = new Passage({
            link,
            fates: fatesOf(link),
            ackLosses: ackLossesOf(link),
            direction: 'there',
            line: 0,
            opensAt: 0,
            onSent: () => (counts.modelled += 1),
            onAcknowledged: () => (counts.acknowledged += 1),
          });
          const direct = new DirectPassage(segment, (count) => (counts.direct += count));
          expect(log(direct, all)).toEqual(log(modelled, all));
          expect(counts.direct).toBe(counts.modelled);
          // Of two full segments a receiver may acknowledge the second alone.
          expect(counts.acknowledged).toBeLessThanOrEqual(counts.direct);
          expect(counts.acknowledged).toBeGreaterThanOrEqual(counts.direct / 2);
        }),
        { numRuns: runs(segment === 1 ? 10 : 50) },
      );
    },
  );

  it('is one to which nothing can happen', () => {
    const perfect: LinkOptions[] = [{}, { seed: 3, queue: 1, segment: 9, hold: 1 }];
    const others: LinkOptions[] = [
      { loss: 0.1 },
      { lossBack: 0.1 },
      { corrupt: 0.1 },
      { corruptPastChecksum: 0.1 },
      { dup: 0.1 },
      { reorder: 0.1 },
      { delay: 1 },
      { jitterBack: 1 },
      { rate: 1e9 },
      { drop: [3] },
      { stall: [{ offset: 1, milliseconds: 1 }] },
      { cut: 9 },
      { resetBack: 9 },
      { replay: () => undefined },
    ];
    expect(perfect.map((link) => isPerfect(linkOf(link)))).not.toContain(false);
    expect(others.map((link) => isPerfect(linkOf(link)))).not.toContain(true);
  });
});
