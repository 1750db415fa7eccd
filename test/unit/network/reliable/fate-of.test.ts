import { describe, expect, it } from 'vitest';
import { fatesOf, linkOf } from '../../../../src/network/link/index.ts';
import { fateOf } from '../../../../src/network/reliable/fate-of.ts';

describe('the fate of a packet by who it is', () => {
  const fates = fatesOf(linkOf({ seed: 3, loss: 0.5, drop: [3] }));
  const lost = (
    kind: 'data' | 'ack' | 'probe' | 'update',
    seq: number,
    attempt: number,
  ) => fateOf(fates, { kind, seq, attempt }).lost;

  it('is the same however often it is asked for, and in any order', () => {
    const numbers = Array.from({ length: 100 }, (_, seq) => seq);
    const forwards = numbers.map((seq) => lost('data', seq, 1));
    const backwards = numbers.toReversed().map((seq) => lost('data', seq, 1));
    expect(forwards).toEqual(backwards.toReversed());
    expect(new Set(forwards)).toEqual(new Set([true, false]));
  });

  it('differs by attempt, by direction, and from a probe to a packet of data', () => {
    const of = (kind: 'data' | 'ack' | 'probe' | 'update', attempt: number) =>
      Array.from({ length: 64 }, (_, seq) => Number(lost(kind, seq, attempt))).join('');
    const all = [
      of('data', 0),
      of('data', 1),
      of('ack', 0),
      of('probe', 0),
      of('update', 0),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('differs from sender to sender', () => {
    const of = (flow: number) =>
      Array.from({ length: 64 }, (_, seq) =>
        Number(fateOf(fates, { kind: 'data', seq, attempt: 0 }, flow).lost),
      ).join('');
    expect(new Set([of(0), of(1), of(2)]).size).toBe(3);
  });

  it('loses by --drop 3 the first attempt of message 3', () => {
    const dropped = fatesOf(linkOf({ drop: [3] }));
    const fate = (seq: number, attempt: number) =>
      fateOf(dropped, { kind: 'data', seq, attempt }).lost;
    expect([fate(1, 0), fate(2, 0), fate(2, 1), fate(3, 0)]).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
});
