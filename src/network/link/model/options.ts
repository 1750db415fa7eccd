/**
 * How bad a link is: every property, with its unit, its range and its default. Pure.
 *
 * Without options a link is perfect: it loses nothing and takes no time.
 *
 * Read next: fate.ts, for what these numbers mean for one packet.
 */
import { MisuseError } from '../../../common/index.ts';
import type { Direction, Fate } from './packet.ts';

/** The recorded fate of a packet; undefined when none is recorded. */
type Replay = (
  direction: Direction,
  k: number,
  line: number,
  attempt: number,
) => Fate | undefined;

/** A stream's pause: bytes from `offset` on wait for `milliseconds`. */
export interface Stall {
  /** How many bytes pass before the pause, from 0. */
  offset: number;
  milliseconds: number;
}

/** Each applies to both directions, unless there is a form of it that ends in `Back`. */
export interface Link {
  /** The share of packets that are lost, 0 to 1. */
  loss: number;
  /** The share of packets that arrive twice; a copy may be duplicated again, up to 3 copies. */
  dup: number;
  /** A copy arrives up to this many milliseconds after the packet itself; 0: right behind it. */
  dupDelay: number;
  /** The share of packets that 1 to 3 later ones overtake. */
  reorder: number;
  /** The longest that a packet waits for the ones that are to overtake it, milliseconds. */
  hold: number;
  /** The share of packets in which one bit is flipped. */
  corrupt: number;
  /** The shortest time that a packet takes, milliseconds. */
  delay: number;
  /** Up to this many milliseconds are added, each duration equally likely. */
  jitter: number;
  /** Bits a second; Infinity if sending takes no time. */
  rate: number;
  /** How many packets may wait to be sent at `rate`; the next one is dropped. */
  queue: number;
  /** Decides which packets are affected. A whole number, 0 to 2⁵³ − 1. */
  seed: number;
  /** The numbers of packets that are lost too, towards the target, counted from 1. */
  drop: readonly number[];
  /** Like `drop`, on the way back. */
  dropBack: readonly number[];
  /**
   * Recorded fates, which replace chance and lists. A packet without a recorded fate passes
   * unharmed after `delay`.
   */
  replay: Replay | undefined;
  /**
   * Streams only. Bytes in a segment: segment k begins at byte (k − 1) × segment. With 0, the
   * pieces are segments as they come, cut at 1,460 bytes.
   */
  segment: number;
  /** Streams only: pauses at these bytes. */
  stall: readonly Stall[];
  stallBack: readonly Stall[];
  /** Streams only: the stream ends after this many bytes; Infinity for never. */
  cut: number;
  cutBack: number;
  /** Streams only: the connection is reset after this many bytes; Infinity for never. */
  reset: number;
  resetBack: number;
}

/** Any of these options; the others are as in `PERFECT`. */
export type LinkOptions = { [Name in keyof Link]?: Link[Name] | undefined };

export const PERFECT: Link = {
  loss: 0,
  dup: 0,
  dupDelay: 0,
  reorder: 0,
  hold: 100,
  corrupt: 0,
  delay: 0,
  jitter: 0,
  rate: Infinity,
  queue: 100,
  seed: 1,
  drop: [],
  dropBack: [],
  replay: undefined,
  segment: 0,
  stall: [],
  stallBack: [],
  cut: Infinity,
  cutBack: Infinity,
  reset: Infinity,
  resetBack: Infinity,
};

/** An hour: anything longer is a mistake in the unit. */
const LONGEST = 3_600_000;
const MOST_QUEUED = 1_000_000;
const LARGEST_SEGMENT = 65_535;

/**
 * The options with all defaults filled in.
 * @throws {MisuseError} ERR_BAD_LINK with what is wrong
 */
export function linkOf(options: LinkOptions = {}): Link {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const link: Link = { ...PERFECT, ...(Object.fromEntries(given) as Partial<Link>) };
  for (const name of ['loss', 'dup', 'reorder', 'corrupt'] as const) {
    if (!(link[name] >= 0 && link[name] <= 1)) {
      throw badLink(
        `${name} is a share from 0% (none) to 100% (all), not ${+(link[name] * 100).toFixed(6)}%`,
      );
    }
  }
  for (const name of ['delay', 'jitter', 'dupDelay', 'hold'] as const) {
    if (!(link[name] >= 0 && link[name] <= LONGEST)) {
      throw badLink(`${name} is from 0 to ${LONGEST} ms, not ${link[name]}`);
    }
  }
  if (!(link.rate > 0))
    throw badLink(`rate is more than 0 bit a second, not ${link.rate}`);
  checkWhole('queue', link.queue, 1, MOST_QUEUED);
  checkWhole('segment', link.segment, 0, LARGEST_SEGMENT);
  checkWhole('seed', link.seed, 0);
  for (const name of ['drop', 'dropBack'] as const) {
    for (const k of link[name]) checkWhole(`a packet's number in ${name}`, k, 1);
  }
  for (const name of ['cut', 'cutBack', 'reset', 'resetBack'] as const) {
    if (link[name] !== Infinity) checkWhole(name, link[name], 0);
  }
  for (const { offset, milliseconds } of [...link.stall, ...link.stallBack]) {
    checkWhole("a stall's byte", offset, 0);
    if (!(milliseconds >= 0 && milliseconds <= LONGEST)) {
      throw badLink(`a stall takes from 0 to ${LONGEST} ms, not ${milliseconds}`);
    }
  }
  return link;
}

/** What chance decides, and therefore the seed. */
const BY_CHANCE = ['loss', 'dup', 'reorder', 'corrupt', 'jitter'] as const;

/**
 * The options, with the seed if anything depends on it: a reader of these can reproduce the
 * same bad luck.
 */
export function withSeed(options: LinkOptions): LinkOptions {
  const chance = BY_CHANCE.some((name) => (options[name] ?? PERFECT[name]) > 0);
  if (!chance || options.replay) return options;
  return { ...options, seed: options.seed ?? PERFECT.seed };
}

/** The options that apply only to streams. */
export const STREAM_ONLY = [
  'segment',
  'stall',
  'stallBack',
  'cut',
  'cutBack',
  'reset',
  'resetBack',
] as const;

/** @throws {MisuseError} ERR_BAD_LINK for an option that applies only to streams */
export function checkForDatagrams(options: LinkOptions): void {
  const wrong = STREAM_ONLY.find((name) => options[name] !== undefined);
  if (wrong)
    throw badLink(`${wrong} is for streams (tcp): datagrams have no byte offsets`);
}

export function badLink(why: string): MisuseError {
  return new MisuseError('ERR_BAD_LINK', why);
}

function checkWhole(
  what: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw badLink(`${what} is a whole number from ${least} to ${most}, not ${value}`);
}
