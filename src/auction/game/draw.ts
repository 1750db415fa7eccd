/**
 * Draws items by lot, from a seed. Pure: the same seed gives the same items on every machine.
 *
 * Simplification: the generator (mulberry32, 32 bits of state) is good enough to be fair and
 * not good enough to keep a secret. Whoever knows the seed knows the items.
 */

/** `count` of `kinds`, each equally likely. */
export function drawItems(
  kinds: readonly string[],
  count: number,
  seed: string,
): readonly string[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => kinds[Math.floor(random() * kinds.length)]!);
}

/** Numbers from 0 up to 1, in an order that the seed decides. */
export function randomFrom(seed: string): () => number {
  let state = hash(seed);
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a over the text's UTF-16 code units, 32 bits. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  }
  return value;
}
