/**
 * Programs at random, each of which tells the truth by itself: the trace never contradicts it.
 * The same ones in every run; `npm run fuzz:trace` makes new ones.
 */
import { expect, it } from 'vitest';
import { conversations } from '../../support/conversations.ts';
import { play } from '../../support/played.ts';
import { runs } from '../../support/properties.ts';

/** So many share one tree of processes. */
const BATCH = 50;
const seeds = Array.from({ length: runs(500) / BATCH }, (_, place) => place + 1);

it.each(seeds)('the trace of random conversations is true (seed %d)', async (seed) => {
  expect(await play(conversations(seed, BATCH))).toEqual([]);
});
