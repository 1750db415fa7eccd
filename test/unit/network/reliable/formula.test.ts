/** The formulas beside what the rungs do, on average over many seeds. */
import { describe, expect, it } from 'vitest';
import { linkOf, type LinkOptions } from '../../../../src/network/link/index.ts';
import { messagesPerSecond } from '../../../../src/network/reliable/formula.ts';
import { rungOptions } from '../../../../src/network/reliable/options.ts';
import { type Rung, RUNGS } from '../../../../src/network/reliable/rungs/rungs.ts';
import { simulate } from '../../../../src/network/reliable/simulate.ts';
import { runs } from '../../../support/properties.ts';

const SIZE = 1000;
const options = rungOptions();
const messages = Array.from({ length: 1000 }, () => new Uint8Array(SIZE));
const named = (name: string): Rung => RUNGS.find((rung) => rung.name === name)!;

function formula(name: string, link: LinkOptions): number {
  return messagesPerSecond(named(name), { link: linkOf(link), options, size: SIZE })!;
}

/** What the rung achieved, as a multiple of what the formula says. */
function ratio(name: string, link: LinkOptions, seeds: number): number {
  let time = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const luck = linkOf({ ...link, seed });
    time += simulate({ rung: named(name), options, link: luck, messages }).time;
  }
  return (1000 * messages.length * seeds) / time / formula(name, link);
}

describe('the formula of stop-and-wait', () => {
  it('is a message in each round trip, without losses', () => {
    expect(formula('stop-and-wait', { delay: 20 })).toBe(25);
  });

  it('is what stop-and-wait does, within two per cent', () => {
    for (const loss of [0, 0.01, 0.05, 0.2, 0.4]) {
      for (const rate of [Infinity, 1e6]) {
        const found = ratio('stop-and-wait', { loss, rate, delay: 20 }, 40);
        expect(Math.abs(found - 1), `at a loss of ${loss}`).toBeLessThan(0.02);
      }
    }
  });
});

describe('the formula of a window', () => {
  it.each(['go-back-n', 'selective-repeat', 'round-trip-time', 'flow-control'])(
    'of %s is a window in each round trip, or what the link carries',
    (name) => {
      expect(formula(name, { delay: 20 })).toBe(800);
      expect(formula(name, { rate: 8e6 })).toBeCloseTo(8e6 / 8 / (SIZE + 33 + 28));
    },
  );

  it.each([
    ['go-back-n', 0.1],
    ['selective-repeat', 0.3],
    ['round-trip-time', 0.2],
    ['flow-control', 0.2],
    ['congestion-control', 0.3],
  ])('of %s is near what it does at a loss of 5 %%', (name, most) => {
    const found = ratio(name, { loss: 0.05, delay: 20 }, runs(20));
    expect(Math.abs(found - 1)).toBeLessThan(most);
  });
});

describe('a formula', () => {
  it('says nothing where nothing limits a rung', () => {
    const load = { link: linkOf({ delay: 20 }), options, size: SIZE };
    expect(messagesPerSecond(named('congestion-control'), load)).toBeUndefined();
  });

  it.each(RUNGS)('of $name says 0 where everything is lost', (rung) => {
    const load = { link: linkOf({ loss: 1, delay: 20 }), options, size: SIZE };
    expect(messagesPerSecond(rung, load)).toBe(0);
  });
});
