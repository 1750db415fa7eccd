import { describe, expect, it } from 'vitest';
import { fraction, Philox } from '../../../../../src/network/link/model/random.ts';

function words(counter: [number, number, number, number], key: [number, number]): string {
  const out = new Uint32Array(4);
  new Philox(...key).draw(out, ...counter);
  return [...out].map((word) => word.toString(16).padStart(8, '0')).join(' ');
}

describe('Philox4x32-10', () => {
  const ones = 0xffff_ffff;
  // The known answers that its authors publish with their library, Random123.
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[ones, ones, ones, ones], [ones, ones], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
      [0xa409_3822, 0x299f_31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ] as const)(
    'gives the published words for counter %j and key %j',
    (counter, key, answer) => {
      expect(words([...counter], [...key])).toBe(answer);
    },
  );

  it('takes signed and unsigned halves for the same', () => {
    expect(words([-1, -1, -1, -1], [-1, -1])).toBe(
      words([ones, ones, ones, ones], [ones, ones]),
    );
  });
});

describe('a fraction', () => {
  it('is never 1', () => {
    expect(fraction(0)).toBe(0);
    expect(fraction(0xffff_ffff)).toBeLessThan(1);
  });
});
