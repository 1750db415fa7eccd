import { describe, expect, it } from 'vitest';
import { HyStart } from '../../../../../src/network/link/model/hystart.ts';

interface Heard {
  now: number;
  trip: number;
}

/** After how many acknowledgements of a second round slow start should end; 0 for not at all. */
function ends(heard: readonly Heard[], window = 40, least = 100): number {
  const hystart = new HyStart();
  expect(hystart.hears(0, least, window, 1, 40)).toBe(false);
  const at = heard.findIndex(({ now, trip }) =>
    hystart.hears(now, trip, window, 41, 120),
  );
  return at + 1;
}

const every = (pause: number, trip: (index: number) => number): Heard[] =>
  Array.from({ length: 40 }, (_, index) => ({
    now: 100 + index * pause,
    trip: trip(index),
  }));

describe('slow start', () => {
  it('goes on while acknowledgements come in bursts and the round trip is what it was', () => {
    expect(ends(every(3, () => 100))).toBe(0);
  });

  it('ends when the shortest of nine round trips is longer by an eighth', () => {
    expect(ends(every(3, () => 113))).toBe(9);
    expect(ends(every(3, () => 112))).toBe(0);
  });

  it.each([
    ['4 ms where round trips are short', 20, 4],
    ['16 ms where they are long', 400, 16],
  ])('goes by an eighth, but by %s', (_, least, more) => {
    expect(
      ends(
        every(3, () => least + more),
        40,
        least,
      ),
    ).toBe(0);
    expect(
      ends(
        every(3, () => least + more + 0.5),
        40,
        least,
      ),
    ).toBe(9);
  });

  it('does not end because of single late ones', () => {
    expect(ends(every(3, (index) => (index === 3 ? 100 : 160)))).toBe(0);
  });

  it('ends when acknowledgements follow each other closely for half a round trip', () => {
    // 26 × 2 ms are more than half of 100 ms and the slack of 1 ms.
    expect(ends(every(2, () => 100))).toBe(27);
  });

  it('is not judged while the window is small', () => {
    expect(
      ends(
        every(2, () => 200),
        15,
      ),
    ).toBe(0);
  });
});
