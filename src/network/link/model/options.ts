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

/** One direction of a link. */
export interface OneWay {
  /** The share of packets that are lost, 0 to 1. */
  loss: number;
  /** The share of packets that arrive twice; a copy may be duplicated again, up to 3 copies. */
  dup: number;
  /** A copy arrives up to this many milliseconds after the packet itself; 0: right after it. */
  dupDelay: number;
  /** The share of packets that 1 to 3 later ones overtake. */
  reorder: number;
  /** The longest that a packet waits for the ones that are to overtake it, milliseconds. */
  hold: number;
  /**
   * The share of packets in which one bit is flipped. They are lost: the checksum of UDP (RFC
   * 768; RFC 8200 8.1) and TCP (RFC 9293 3.1) is wrong, and the receiver's kernel drops them.
   */
  corrupt: number;
  /**
   * The share of datagrams that are delivered with one bit flipped, as if they had no checksum,
   * which UDP allows over IPv4. TCP does not, so segments of a stream are lost.
   */
  corruptPastChecksum: number;
  /** The shortest time that a packet takes, milliseconds. */
  delay: number;
  /** Up to this many milliseconds are added, each duration equally likely. */
  jitter: number;
  /** Bits a second, for all who use the link together; Infinity if sending takes no time. */
  rate: number;
  /** How many packets may wait to be sent at `rate`; the next one is dropped. */
  queue: number;
  /** The numbers of packets that are lost too, counted from 1. */
  drop: readonly number[];
  /**
   * Streams only. Bytes in a segment: segment k begins at byte (k − 1) × segment. With 0, the
   * pieces are segments as they come, cut at 1,448 bytes.
   */
  segment: number;
  /** Streams only: pauses at these bytes. */
  stall: readonly Stall[];
  /** Streams only: the stream ends after this many bytes; Infinity for never. */
  cut: number;
  /** Streams only: the connection is reset after this many bytes; Infinity for never. */
  reset: number;
}

/** Options that apply to both directions. */
interface BothWays {
  /** Decides which packets are affected. A whole number, 0 to 2⁵³ − 1. */
  seed: number;
  /**
   * Recorded fates, which replace chance and lists. A packet without a recorded fate passes
   * unharmed after `delay`.
   */
  replay: Replay | undefined;
}

export interface Link extends BothWays {
  there: OneWay;
  back: OneWay;
}

/**
 * Any property, as `loss`, and with `Back` for the way back alone, as `lossBack`. Without the
 * latter, the former holds for both directions; but a packet or a byte that is named (`drop`,
 * `stall`, `cut`, `reset`) is one on the way there.
 */
export type LinkOptions = { [Name in keyof OneWay]?: OneWay[Name] | undefined } & {
  [Name in keyof OneWay as `${Name}Back`]?: OneWay[Name] | undefined;
} & { [Name in keyof BothWays]?: BothWays[Name] | undefined };

export const PERFECT: OneWay = {
  loss: 0,
  dup: 0,
  dupDelay: 0,
  reorder: 0,
  hold: 100,
  corrupt: 0,
  corruptPastChecksum: 0,
  delay: 0,
  jitter: 0,
  rate: Infinity,
  queue: 100,
  drop: [],
  segment: 0,
  stall: [],
  cut: Infinity,
  reset: Infinity,
};

const NAMES = Object.keys(PERFECT) as (keyof OneWay)[];

/** The seed if none is given. */
export const USUAL_SEED = 1;

/** They name a packet or a byte of one direction, and say nothing of the other. */
export const POINTED: readonly (keyof OneWay)[] = ['drop', 'stall', 'cut', 'reset'];

/** An hour: whatever takes longer is a mistake in the unit. */
const LONGEST = 3_600_000;
const MOST_QUEUED = 1_000_000;
const LARGEST_SEGMENT = 65_535;

type Checks = {
  [Name in keyof OneWay]: (name: string, value: OneWay[Name]) => void;
};

const CHECKS: Checks = {
  loss: checkShare,
  dup: checkShare,
  dupDelay: checkDuration,
  reorder: checkShare,
  hold: checkDuration,
  corrupt: checkShare,
  corruptPastChecksum: checkShare,
  delay: checkDuration,
  jitter: checkDuration,
  rate: (name, value) => {
    if (!(value > 0)) throw badLink(`${name} is more than 0 bits a second, not ${value}`);
  },
  queue: (name, value) => checkWhole(name, value, 1, MOST_QUEUED),
  drop: (name, value) => {
    for (const k of value) checkWhole(`a packet's number in ${name}`, k, 1);
  },
  segment: (name, value) => checkWhole(name, value, 0, LARGEST_SEGMENT),
  stall: (name, value) => {
    for (const { offset, milliseconds } of value) {
      checkWhole(`a byte in ${name}`, offset, 0);
      checkDuration(`a pause in ${name}`, milliseconds);
    }
  },
  cut: checkOffset,
  reset: checkOffset,
};

/**
 * The options with all defaults filled in.
 * @throws {MisuseError} ERR_BAD_LINK with what is wrong
 */
export function linkOf(options: LinkOptions = {}): Link {
  const { seed = USUAL_SEED, replay } = options;
  checkWhole('seed', seed, 0);
  const there = oneWay(options, '', () => PERFECT);
  const back = oneWay(options, 'Back', (name) =>
    POINTED.includes(name) ? PERFECT : there,
  );
  return { there, back, seed, replay };
}

function oneWay(
  options: LinkOptions,
  ending: '' | 'Back',
  usual: (name: keyof OneWay) => OneWay,
): OneWay {
  const filled: Record<string, unknown> = { ...PERFECT };
  for (const name of NAMES) {
    const given = options[`${name}${ending}`];
    if (given !== undefined) CHECKS[name](`${name}${ending}`, given as never);
    filled[name] = given ?? usual(name)[name];
  }
  return filled as unknown as OneWay;
}

/** What chance decides, and therefore the seed. */
const BY_CHANCE = [
  'loss',
  'dup',
  'reorder',
  'corrupt',
  'corruptPastChecksum',
  'jitter',
] as const;

/**
 * The options, with the seed if anything depends on it: a reader of these can reproduce the
 * same bad luck.
 */
export function withSeed(options: LinkOptions): LinkOptions {
  const { there, back, seed, replay } = linkOf(options);
  const chance = BY_CHANCE.some((name) => there[name] > 0 || back[name] > 0);
  return chance && !replay ? { ...options, seed } : options;
}

/** The options that apply only to streams. */
export const STREAM_ONLY = (['segment', 'stall', 'cut', 'reset'] as const).flatMap(
  (name) => [name, `${name}Back`] as const,
);

/** @throws {MisuseError} ERR_BAD_LINK for an option that applies only to streams */
export function checkForDatagrams(options: LinkOptions): void {
  const wrong = STREAM_ONLY.find((name) => options[name] !== undefined);
  if (wrong)
    throw badLink(`${wrong} is for streams (tcp): datagrams have no byte offsets`);
}

export function badLink(why: string): MisuseError {
  return new MisuseError('ERR_BAD_LINK', why);
}

function checkShare(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  const asked = +(value * 100).toFixed(6);
  throw badLink(`${name} is a share from 0% (none) to 100% (all), not ${asked}%`);
}

function checkDuration(name: string, value: number): void {
  if (value >= 0 && value <= LONGEST) return;
  throw badLink(`${name} is from 0 to ${LONGEST} ms, not ${value}`);
}

function checkOffset(name: string, value: number): void {
  if (value !== Infinity) checkWhole(name, value, 0);
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
