import { describe, expect, it } from 'vitest';
import { Repeats } from '../../../../../src/network/link/model/repeats.ts';

describe('what was sent again', () => {
  it('was needless if as many duplicates are reported (RFC 3708)', () => {
    const repeats = new Repeats();
    expect(repeats.wereNeedless).toBe(false);
    repeats.noteRepeated(10);
    repeats.noteRepeated(20);
    repeats.noteDuplicate();
    expect(repeats.wereNeedless).toBe(false);
    repeats.noteDuplicate();
    expect(repeats.wereNeedless).toBe(true);
  });

  it('was needless if what closes the gap is older (RFC 3522)', () => {
    const repeats = new Repeats();
    expect(repeats.areOlder(5)).toBe(false);
    repeats.noteRepeated(10);
    repeats.noteRepeated(20);
    expect(repeats.areOlder(9)).toBe(true);
    expect(repeats.areOlder(10)).toBe(false);
  });

  it('is forgotten when new losses are repaired, and with it late duplicates', () => {
    const repeats = new Repeats();
    repeats.noteRepeated(10);
    repeats.begin();
    repeats.noteDuplicate();
    expect(repeats.wereNeedless).toBe(false);
    expect(repeats.areOlder(0)).toBe(false);
  });
});
