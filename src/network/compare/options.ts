/** The options of a comparison: what to send, over which lanes and link. Pure. */
import { didYouMean, misuse, type MisuseError } from '../../common/index.ts';
import {
  type KernelLink,
  LEAST_CUT,
  linkOf,
  type LinkOptions,
  withSeed,
} from '../link/index.ts';
import { SMALLEST } from './message.ts';
import { type LaneName, LANES } from './record.ts';

export interface CompareOptions {
  /** How many messages each lane sends; 100 by default. */
  messages?: number | undefined;
  /** Milliseconds from one message to the next; 10 by default, 0 for no pause. */
  every?: number | undefined;
  /** Bytes of a message; 100 by default. */
  size?: number | undefined;
  /** All three by default. */
  lanes?: readonly LaneName[] | undefined;
  /** What happens to packets; the default has delay, jitter, loss, duplicates and reordering. */
  link?: LinkOptions | undefined;
  /** The kernel makes the link; there is no relay. */
  kernel?: KernelLink | undefined;
  /** Nothing is sent: the models run in virtual time. */
  virtual?: boolean | undefined;
}

export interface Plan {
  readonly messages: number;
  readonly every: number;
  readonly size: number;
  readonly lanes: readonly LaneName[];
  readonly link: LinkOptions;
  readonly kernel: KernelLink | undefined;
  readonly virtual: boolean;
}

/** The link of a comparison without options: like a very bad wireless network. */
export const USUAL_LUCK: LinkOptions = {
  delay: 50,
  jitter: 5,
  loss: 0.1,
  dup: 0.03,
  reorder: 0.05,
  seed: 7,
};

/** More would take minutes, and a picture would show nothing new. */
const MOST_MESSAGES = 100_000;
const LONGEST_PAUSE = 10_000;
/** Fits into one TCP segment on most networks; a longer message would take several. */
const LARGEST = 1400;

/** @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK */
export function planOf(options: CompareOptions = {}): Plan {
  const { messages = 100, every = 10, size = 100, lanes = LANES } = options;
  const { kernel, virtual = false } = options;
  check('messages', messages, 1, MOST_MESSAGES);
  if (virtual) checkPause(every);
  else {
    if (every > 0 && every < 1) {
      const why =
        'timers count whole milliseconds: 1ms is the shortest, 0 sends without a pause';
      throw bad(`every cannot be ${every} ms, since ${why}; --virtual has no timers`);
    }
    check('every', every, 0, LONGEST_PAUSE);
  }
  check('size', size, SMALLEST, LARGEST);
  const chosen = checkLanes(lanes, LANES);
  const ofStreams = chosen.some((lane) => lane !== 'udp');
  if (kernel?.exact && ofStreams && size < LEAST_CUT) {
    const why = `size is ${LEAST_CUT} or more: Linux does not cut a stream into smaller pieces`;
    throw bad(`${why}, and a packet with several messages cannot lose one of them`);
  }
  const asked = options.link ?? USUAL_LUCK;
  linkOf(asked); // throws for a bad link
  return {
    messages,
    every,
    size,
    lanes: chosen,
    // By chance, the kernel has no seed.
    link: kernel && !kernel.exact ? asked : withSeed(asked),
    kernel,
    virtual,
  };
}

/**
 * The lanes that were asked for, each once; all of them unless told otherwise.
 * @throws {MisuseError} ERR_BAD_ARGUMENT for one that does not exist
 */
export function checkLanes<Lane extends string>(
  asked: readonly string[] | undefined,
  all: readonly Lane[],
): Lane[] {
  const isLane = (name: string): name is Lane => all.includes(name as Lane);
  return [...new Set(asked ?? all)].map((name) => {
    if (isLane(name)) return name;
    const there = `there are ${all.join(', ')}`;
    throw bad(`no lane is called ${name}; ${there}.${didYouMean(name, all)}`);
  });
}

function checkPause(every: number): void {
  if (every >= 0 && every <= LONGEST_PAUSE) return;
  throw bad(`every is from 0 to ${LONGEST_PAUSE} ms, not ${every}`);
}

function check(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw bad(`${what} is a whole number from ${least} to ${most}, not ${value}`);
}

function bad(why: string): MisuseError {
  return misuse(`compare: ${why}`);
}
