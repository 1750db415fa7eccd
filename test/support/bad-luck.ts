/** The luck under which the ladder's rungs are tried out and timed. */
import type { LinkOptions } from '../../src/network/link/index.ts';

/** Everything at once, up to 40 % lost each way: every fifth seed at its worst. */
export function badLuck(seed: number): LinkOptions {
  return {
    seed,
    loss: (seed % 41) / 100,
    lossBack: ((seed * 7) % 41) / 100,
    dup: (seed % 5) / 20,
    dupDelay: (seed % 7) * 20,
    reorder: (seed % 3) / 10,
    hold: 60,
    corruptPastChecksum: (seed % 4) / 50,
    delay: 1 + (seed % 50),
    jitter: seed % 11,
    ...(seed % 2 === 0 && { rate: 1e6, queue: 10 }),
  };
}

/** The options of both ends under this seed. */
export function optionsUnder(seed: number): {
  window: number;
  timeout: number;
  buffer: number;
} {
  return {
    window: 1 + (seed % 20),
    timeout: 50 + (seed % 200),
    buffer: 1 + (seed % 30),
  };
}
