/** The options that both ends of a rung get before they begin. Pure. */
import { MisuseError } from '../../common/index.ts';

export interface RungOptions {
  /** Both ends know it: packets of any other session are not theirs. */
  session: number;
  /** How long a sender waits for an acknowledgement before it measures, milliseconds. */
  timeout: number;
  /** Packets that may be in flight at a time. */
  window: number;
  /** Sequence numbers start again at 0 after this many. */
  space: number;
  /** Packets that the receiver has room for until the application reads them. */
  buffer: number;
  /** A sender gives up when a packet has been sent this often without an answer. */
  attempts: number;
  /** How long the receiver stays to answer repeats of the last packet, milliseconds. */
  linger: number;
}

const WHOLE_SPACE = 2 ** 32;
/** The largest value of the header's window field. */
const LARGEST_WINDOW = 65_535;
const TIMEOUT = 200;

/**
 * A receiver that lingers should hear some repeats of the last packet: with a round trip of 50 ms
 * a sender repeats it at least every 6.4 s (round-trip.ts).
 */
export const USUAL_OPTIONS: RungOptions = {
  session: 1,
  timeout: TIMEOUT,
  window: 32,
  space: WHOLE_SPACE,
  buffer: 1024,
  attempts: 50,
  linger: 120_000,
};

const RANGES: Record<keyof RungOptions, readonly [least: number, most: number]> = {
  session: [0, WHOLE_SPACE - 1],
  timeout: [1, 60_000],
  window: [1, LARGEST_WINDOW],
  space: [2, WHOLE_SPACE],
  buffer: [1, LARGEST_WINDOW],
  attempts: [1, LARGEST_WINDOW],
  linger: [0, 3_600_000],
};

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a number out of its range */
export function rungOptions(given: Partial<RungOptions> = {}): RungOptions {
  const options = { ...USUAL_OPTIONS, ...given };
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = options[name as keyof RungOptions];
    if (Number.isFinite(value) && value >= least && value <= most) continue;
    const why = `${name} is from ${least} to ${most}, not ${value}`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  return options;
}
