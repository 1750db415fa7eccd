/**
 * What happens to packet k: a pure function of the seed, the direction and k. Pure.
 *
 * A fate does not depend on a clock, on state, or on what happened to other packets. So every
 * transport can meet the same misfortune, today and tomorrow, and it is known in advance.
 * Packets are counted from 1 in each direction.
 *
 * Each decision has its own random number, drawn with a counter that names it (random.ts):
 *
 *     key      │ seed, low 32 bits     │ seed, high 21 bits   │
 *     counter  │ k, low 32 bits        │ k, high bits │ back? │
 *              │ line                  │ attempt │ block of 4 │
 *
 *     block 0  │ lost?     │ duplicated? │ overtaken? │ corrupted?      │
 *     block 1  │ jitter    │ by how many │ which bit  │ duplicated again? │
 *     block 2  │ and again? │ delay of copy 1 │ of copy 2 │ of copy 3 │
 *     block 3  │ corrupted past its checksum? │
 *
 * Two things follow. Turning on one kind of misfortune leaves the others as they were. And a
 * packet that is lost at 5 % is also lost at 10 %, because its number is below both.
 *
 * `line` is the connection of a stream relay (0 for the first, and for datagrams). `attempt` is
 * the retransmission of a segment (0 for its first transmission), or marks an acknowledgement.
 *
 * Read next: wire.ts, for what a fate does to a packet's time of arrival.
 */
import type { Link } from './options.ts';
import { type Direction, DIRECTIONS, type Fate } from './packet.ts';
import { fraction, Philox } from './random.ts';

/** What happens to packet k, counted from 1, in a direction. */
export type Fates = (
  direction: Direction,
  k: number,
  line?: number,
  attempt?: number,
) => Fate;

/**
 * Who a packet is, where its fate does not depend on how many came before it: datagrams of a
 * protocol that numbers them itself.
 */
export interface Who {
  k: number;
  line: number;
  attempt: number;
}

const MOST_OVERTAKING = 3;
/** Stands in place of `attempt`: no segment is sent this often. */
const ACKNOWLEDGEMENT = 2 ** 20;
const NONE: readonly number[] = [];

/** The fates of a link: the replayed ones if it has any, otherwise by chance and by list. */
export function fatesOf(link: Link): Fates {
  const { replay } = link;
  if (replay) {
    return (direction, k, line = 0, attempt = 0) =>
      replay(direction, k, line, attempt) ?? unharmed(link[direction].delay);
  }
  const drawn = new Draws(link);
  const dropped = { there: new Set(link.there.drop), back: new Set(link.back.drop) };
  return (direction, k, line = 0, attempt = 0) => {
    const listed = attempt === 0 && dropped[direction].has(k);
    return drawn.fate(direction, k, line, attempt, listed);
  };
}

/** Whether the n-th acknowledgement, from 1, that travels in a direction is lost. */
export type AckLosses = (direction: Direction, n: number, line: number) => boolean;

/**
 * Acknowledgements are packets too, but they have no numbers in lists or records, so they are
 * always lost by chance, with the loss of their direction and the link's seed.
 */
export function ackLossesOf(link: Link): AckLosses {
  const drawn = new Draws(link);
  return (direction, n, line) => {
    const fate = drawn.fate(direction, n, line, ACKNOWLEDGEMENT, false);
    return fate.lost || fate.flippedAt >= 0;
  };
}

/** The fate of a packet that arrives unharmed. */
export function unharmed(delay: number): Fate {
  return { lost: false, delay, copies: NONE, overtakenBy: 0, flippedAt: -1 };
}

/** The fate of a packet that is lost; with a flipped bit, because its checksum is wrong. */
export function lost(delay: number, flippedAt = -1): Fate {
  return { ...unharmed(delay), lost: true, flippedAt };
}

/** Whether anything happened to the packet apart from taking time. */
export function isUnhappy(fate: Fate): boolean {
  return (
    fate.lost || fate.copies.length > 0 || fate.overtakenBy > 0 || fate.flippedAt >= 0
  );
}

/** Flips the bit that the fate names. An empty packet has no bit to flip. */
export function flipBit(data: Uint8Array, flippedAt: number): void {
  if (data.length === 0) return;
  const bit = Math.min(Math.floor(flippedAt * data.length * 8), data.length * 8 - 1);
  data[bit >>> 3]! ^= 0x80 >>> (bit & 7);
}

class Draws {
  readonly #link: Link;
  readonly #philox: Philox;
  readonly #first = new Uint32Array(4);
  readonly #second = new Uint32Array(4);
  readonly #third = new Uint32Array(4);

  constructor(link: Link) {
    this.#link = link;
    this.#philox = new Philox(link.seed | 0, Math.floor(link.seed / 2 ** 32));
  }

  fate(
    direction: Direction,
    k: number,
    line: number,
    attempt: number,
    listed: boolean,
  ): Fate {
    const { delay, jitter, loss, dup, reorder, corrupt, corruptPastChecksum } =
      this.#link[direction];
    const first = this.#first;
    this.#draw(first, direction, k, line, attempt, 0);
    if (listed || fraction(first[0]!) < loss) return lost(delay);
    const corrupted = fraction(first[3]!) < corrupt;
    const duplicated = !corrupted && fraction(first[1]!) < dup;
    const overtaken = !corrupted && fraction(first[2]!) < reorder;
    const pastChecksum =
      !corrupted &&
      corruptPastChecksum > 0 &&
      this.#isPastChecksum(direction, k, line, attempt);
    const flipped = corrupted || pastChecksum;
    if (jitter === 0 && !duplicated && !overtaken && !flipped) return unharmed(delay);
    const second = this.#second;
    this.#draw(second, direction, k, line, attempt, 1);
    if (corrupted) return lost(delay, fraction(second[2]!));
    return {
      lost: false,
      delay: delay + fraction(second[0]!) * jitter,
      copies: duplicated ? this.#copies(direction, k, line, attempt) : NONE,
      overtakenBy: overtaken ? 1 + Math.floor(fraction(second[1]!) * MOST_OVERTAKING) : 0,
      flippedAt: flipped ? fraction(second[2]!) : -1,
    };
  }

  #copies(direction: Direction, k: number, line: number, attempt: number): number[] {
    const { dup, dupDelay } = this.#link[direction];
    const third = this.#third;
    this.#draw(third, direction, k, line, attempt, 2);
    const again = fraction(this.#second[3]!) < dup;
    const andAgain = again && fraction(third[0]!) < dup;
    const count = 1 + Number(again) + Number(andAgain);
    return [...third.subarray(1, 1 + count)].map((word) => fraction(word) * dupDelay);
  }

  #isPastChecksum(
    direction: Direction,
    k: number,
    line: number,
    attempt: number,
  ): boolean {
    const third = this.#third;
    this.#draw(third, direction, k, line, attempt, 3);
    return fraction(third[0]!) < this.#link[direction].corruptPastChecksum;
  }

  #draw(
    out: Uint32Array,
    direction: Direction,
    k: number,
    line: number,
    attempt: number,
    block: number,
  ): void {
    const high = Math.floor(k / 2 ** 32) * 2 + DIRECTIONS.indexOf(direction);
    this.#philox.draw(out, k | 0, high, line, attempt * 4 + block);
  }
}
