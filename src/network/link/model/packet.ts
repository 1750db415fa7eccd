/** Which way a packet travels, and what can happen to it. Pure. */

/** `there`: from the relay's client to its target. `back`: the answers. */
export type Direction = 'there' | 'back';

export const DIRECTIONS: readonly Direction[] = ['there', 'back'];

export interface Fate {
  /** It does not arrive, and has no other fate; but see `flippedAt`. */
  lost: boolean;
  /** How long it takes, milliseconds. */
  delay: number;
  /** For each extra copy, how many milliseconds later than the packet it arrives. */
  copies: readonly number[];
  /** How many later packets arrive before it; 0 for none. */
  overtakenBy: number;
  /**
   * Where one bit is flipped, as a fraction of the packet's length, 0 to 1; −1 for nowhere. The
   * receiver's kernel drops such a packet, because its checksum is wrong: then it is `lost` too.
   * If it is not, nobody checks, and it is delivered with the flipped bit.
   */
  flippedAt: number;
}
