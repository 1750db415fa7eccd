/**
 * Where UTF-8 may be cut, RFC 3629 §3. Pure. The first byte says how long a character is:
 *
 *   0xxxxxxx                              1 byte    a
 *   110xxxxx 10xxxxxx                     2 bytes   å
 *   1110xxxx 10xxxxxx 10xxxxxx            3 bytes   €
 *   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx   4 bytes   😀
 */

/** The lowest first byte of each length. C0, C1 and F5 … FF do not begin a character. */
const LEADS = [
  [0xf5, 1],
  [0xf0, 4],
  [0xe0, 3],
  [0xc2, 2],
] as const;

/** The longest encoding of one character, in bytes. */
export const LONGEST_CHARACTER = 4;

/**
 * How many of the first `length` bytes to take so that no character is cut in two: all of
 * them, or up to 3 fewer. Bytes that are not UTF-8 count as whole: no rest can follow.
 */
export function wholeCharacters(
  length: number,
  byteAt: (index: number) => number,
): number {
  const furthest = Math.max(0, length - LONGEST_CHARACTER + 1);
  for (let start = length - 1; start >= furthest; start -= 1) {
    const byte = byteAt(start);
    const continues = (byte & 0b1100_0000) === 0b1000_0000;
    if (continues) continue;
    const needs = LEADS.find(([least]) => byte >= least)?.[1] ?? 1;
    return start + needs > length ? start : length;
  }
  return length;
}
