/** Which way a packet goes, and what can happen to it on its way. Pure. */

/** `there`: from whoever came to the relay to its target. `back`: the answers. */
export type Direction = 'there' | 'back';

export const DIRECTIONS: readonly Direction[] = ['there', 'back'];

export interface Fate {
  /** It never arrives, and has no other fate. */
  lost: boolean;
  /** How long it is on its way, milliseconds. */
  delay: number;
  /** One number for each copy that arrives besides: how many milliseconds after it. */
  copies: readonly number[];
  /** How many later packets arrive before it; 0 for none. */
  overtakenBy: number;
  /** Where one bit is flipped, as a part of the packet's length, 0 to 1; −1 for nowhere. */
  flippedAt: number;
}
