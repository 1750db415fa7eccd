/**
 * Every rung under bad luck, in virtual time: thousands of seeds.
 *
 * Safety: what is delivered is the messages, from the first on, each once. Liveness: all of
 * them are, the sender is done, and no timer is left.
 */
import { describe, expect, it } from 'vitest';
import { linkOf, type LinkOptions } from '../../../../src/network/link/index.ts';
import {
  type RungOptions,
  rungOptions,
} from '../../../../src/network/reliable/options.ts';
import { type Rung, RUNGS } from '../../../../src/network/reliable/rungs/rungs.ts';
import { type Plan, simulate } from '../../../../src/network/reliable/simulate.ts';
import type { Run } from '../../../../src/network/reliable/tally.ts';
import { badLuck, optionsUnder } from '../../../support/bad-luck.ts';
import { runs } from '../../../support/properties.ts';

const SEEDS = runs(10_000);
const messages = Array.from({ length: 50 }, (_, k) => Uint8Array.of(k, 255 - k, 1));

interface Luck {
  link: LinkOptions;
  options?: Partial<RungOptions>;
  readEvery?: number;
}

function play(rung: Rung, { link, options, readEvery = 0 }: Luck): Run {
  const plan: Plan = {
    rung,
    link: linkOf(link),
    options: rungOptions(options),
    messages,
    readEvery,
  };
  return simulate(plan);
}

/** The seeds under which something was not as it should be, and how. */
function failures(rung: Rung, luck: (seed: number) => Luck, seeds = SEEDS): string[] {
  return Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) => {
    const { delivered, dropped, end, wrong } = play(rung, luck(seed));
    const good = end === 'done' && delivered === 50 && dropped === 0 && !wrong;
    return good ? [] : [`seed ${seed}: ${end}, ${delivered} delivered, ${wrong}`];
  });
}

describe.each(RUNGS)('$name', (rung) => {
  it('delivers each message once and in order, and comes to rest', () => {
    const luck = (seed: number): Luck => ({
      link: badLuck(seed),
      options: optionsUnder(seed),
    });
    expect(failures(rung, luck)).toEqual([]);
  });

  it('does so while its numbers begin again, if a window is at most half of them', () => {
    // Without reordering: a packet that is held back may be a lap behind.
    const luck = (seed: number): Luck => ({
      link: { seed, loss: (seed % 41) / 100, delay: 5 },
      options: { window: 4, space: 8, buffer: 8 },
    });
    expect(failures(rung, luck, SEEDS / 5)).toEqual([]);
  });

  it('gives up on a link that loses everything, and comes to rest', () => {
    const run = play(rung, { link: { loss: 1 }, options: { attempts: 5 } });
    expect(run).toMatchObject({ end: 'gave-up', delivered: 0, wrong: undefined });
    expect(run.sent + run.again).toBeGreaterThanOrEqual(5);
  });

  it('sends each packet once on a perfect link', () => {
    const run = play(rung, { link: { delay: 20 } });
    expect(run).toMatchObject({ sent: 50, again: 0, acknowledgements: 50, end: 'done' });
  });

  it('does the same again under the same seed', () => {
    const luck = { link: badLuck(11), options: { window: 8 } };
    expect(play(rung, luck)).toEqual(play(rung, luck));
  });
});

describe('a slow reader', () => {
  const slow = (seed: number): Luck => ({
    link: { ...badLuck(seed), loss: (seed % 30) / 100 },
    options: { buffer: 1 + (seed % 5), window: 16 },
    readEvery: 30,
  });

  it.each(RUNGS.filter(({ keeps }) => keeps))('loses nothing to $name', (rung) => {
    expect(failures(rung, slow, SEEDS / 5)).toEqual([]);
  });

  it('loses messages that selective repeat has acknowledged', () => {
    const rung = RUNGS.find(({ name }) => name === 'selective-repeat')!;
    const run = play(rung, { link: { delay: 5 }, options: { buffer: 4 }, readEvery: 30 });
    expect(run.end).toBe('done');
    expect(run.dropped).toBeGreaterThan(10);
    expect(run.delivered + run.dropped).toBe(50);
  });
});

describe('a window of more than half of the sequence numbers', () => {
  const selective = RUNGS.find(({ name }) => name === 'selective-repeat')!;
  // All acknowledgements of the first window are lost.
  const link: LinkOptions = { dropBack: [1, 2, 3, 4, 5], delay: 5 };

  it('makes selective repeat deliver an old message as a new one', () => {
    const run = play(selective, { link, options: { window: 5, space: 8, timeout: 30 } });
    expect(run.wrong).toBe('message 1 was delivered where message 9 was due');
  });

  it('does not with a window of half', () => {
    const run = play(selective, { link, options: { window: 4, space: 8, timeout: 30 } });
    expect(run.wrong).toBeUndefined();
  });
});
