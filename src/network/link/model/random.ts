/**
 * Random numbers that can be drawn in any order. Pure.
 *
 * An ordinary generator has state: to get its 1000th number, you must first draw 999 others.
 * A counter-based generator has none. It scrambles a counter with a key, as a block cipher
 * does, so each counter always gives the same numbers:
 *
 *     counter, 4 × 32 bits  ──►  Philox4x32-10, key 2 × 32 bits  ──►  4 × 32 random bits
 *
 * So packet 1000 has the same fate whether or not packet 999 was drawn, and drawing a number
 * for duplication does not shift the numbers for loss.
 *
 * Simplification: it scrambles well (it passes the usual statistical tests), but it is not a
 * cipher. Anyone who knows the seed knows every fate.
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * Read next: fate.ts, which says what each number decides.
 */

const ROUNDS = 10;
const MULTIPLIER_0 = 0xd251_1f53;
const MULTIPLIER_1 = 0xcd9e_8d57;
/** Added to the two halves of the key after each round. */
const WEYL_0 = 0x9e37_79b9;
const WEYL_1 = 0xbb67_ae85;

export class Philox {
  readonly #key0: number;
  readonly #key1: number;

  /** @param key0 @param key1 32 bits each */
  constructor(key0: number, key1: number) {
    this.#key0 = key0;
    this.#key1 = key1;
  }

  /** Writes this counter's four words of 32 random bits into `out`. */
  draw(
    out: Uint32Array,
    counter0: number,
    counter1: number,
    counter2: number,
    counter3: number,
  ): void {
    let word0 = counter0;
    let word1 = counter1;
    let word2 = counter2;
    let word3 = counter3;
    let key0 = this.#key0;
    let key1 = this.#key1;
    for (let round = 0; round < ROUNDS; round += 1) {
      const high0 = highHalf(MULTIPLIER_0, word0);
      const low0 = Math.imul(MULTIPLIER_0, word0);
      const high1 = highHalf(MULTIPLIER_1, word2);
      const low1 = Math.imul(MULTIPLIER_1, word2);
      word0 = high1 ^ word1 ^ key0;
      word1 = low1;
      word2 = high0 ^ word3 ^ key1;
      word3 = low0;
      key0 = (key0 + WEYL_0) | 0;
      key1 = (key1 + WEYL_1) | 0;
    }
    out[0] = word0;
    out[1] = word1;
    out[2] = word2;
    out[3] = word3;
  }
}

/** The upper half of a 64-bit product, in 16-bit halves: a number is exact only to 53 bits. */
function highHalf(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowHigh = Math.imul(aLow, bHigh);
  const highLow = Math.imul(aHigh, bLow);
  const low = Math.imul(aLow, bLow) >>> 16;
  const middle = low + (lowHigh & 0xffff) + (highLow & 0xffff);
  const high = Math.imul(aHigh, bHigh) + (lowHigh >>> 16) + (highLow >>> 16);
  return (high + (middle >>> 16)) | 0;
}

/** A word of 32 random bits as a number from 0 to just below 1. */
export function fraction(word: number): number {
  return word / 2 ** 32;
}
