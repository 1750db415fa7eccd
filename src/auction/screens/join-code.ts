/** A word that a lecturer can read out, and that nobody outside the room can guess. */
import { randomInt } from 'node:crypto';

/** Without letters and digits that sound or look alike: 0 O, 1 I L, B 8, U V, S 5, 2 Z. */
const LETTERS = 'ACDEFGHJKMNPQRTWXY34679';
const LENGTH = 6;

/**
 * 23⁶, some 148 million: each guess costs a connection, and a lecture is too short for all.
 */
export function joinCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join(
    '',
  );
}
