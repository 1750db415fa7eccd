/** The options of a bulk comparison: how much is sent, in how many streams. Pure. */
import { misuse, type MisuseError, some } from '../../../common/index.ts';
import {
  type KernelLink,
  LARGEST_SEGMENT,
  linkOf,
  type LinkOptions,
  withSeed,
} from '../../link/index.ts';
import { checkLanes, USUAL_LUCK } from '../options.ts';

const BULK_LANES = ['udp', 'tcp'] as const;
export type BulkLane = (typeof BULK_LANES)[number];

export interface BulkOptions {
  /** What each stream carries. */
  bytes: number;
  /** How many streams there are at the same time; 1 by default. */
  streams?: number | undefined;
  /** Milliseconds from one datagram to the next; 0 by default, for no pause. */
  every?: number | undefined;
  /** Both by default. */
  lanes?: readonly string[] | undefined;
  link?: LinkOptions | undefined;
  kernel?: KernelLink | undefined;
  virtual?: boolean | undefined;
}

export interface BulkPlan {
  readonly bytes: number;
  readonly streams: number;
  readonly every: number;
  readonly lanes: readonly BulkLane[];
  readonly link: LinkOptions;
  readonly kernel: KernelLink | undefined;
  readonly virtual: boolean;
}

/** Bytes of a datagram, and of a segment: packet k carries the same ones in both lanes. */
export const PACKET = LARGEST_SEGMENT;

const LEAST_BYTES = 1000;
/** All streams together: more would take minutes, and fill pages. */
const MOST_BYTES = 100_000_000;
const MOST_STREAMS = 16;
const LONGEST_PAUSE = 1000;

/** @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK */
export function bulkPlanOf(options: BulkOptions): BulkPlan {
  const { bytes, streams = 1, every = 0, kernel, virtual = false } = options;
  if (!Number.isInteger(streams) || streams < 1 || streams > MOST_STREAMS) {
    throw bad(`streams is a whole number from 1 to ${MOST_STREAMS}, not ${streams}`);
  }
  if (!Number.isInteger(bytes) || bytes < LEAST_BYTES) {
    throw bad(`bytes is 1kb or more for each stream, not ${some(bytes, 'byte')}`);
  }
  const all = bytes * streams;
  if (all > MOST_BYTES) {
    throw bad(
      `bytes is at most 100mb for all streams together, not ${some(all, 'byte')}`,
    );
  }
  if (!(every >= 0 && every <= LONGEST_PAUSE) || (every < 1 && every > 0 && !virtual)) {
    throw bad(`every is 0, or from 1 to ${LONGEST_PAUSE} ms, not ${every}`);
  }
  if (kernel?.exact) {
    const why = 'the kernel recognises a message by its number, and bytes have none';
    throw bad(`${why}: leave out --seed and --drop`);
  }
  const asked = options.link ?? USUAL_LUCK;
  linkOf(asked); // throws for a bad link
  if (options.lanes?.includes('framed')) {
    throw bad('bytes takes only the lanes udp and tcp: there are no messages to frame');
  }
  return {
    bytes,
    streams,
    every,
    lanes: checkLanes(options.lanes, BULK_LANES),
    link: kernel ? asked : withSeed(asked), // see options.ts
    kernel,
    virtual,
  };
}

/** How many packets a stream takes. */
export function packetsOf({ bytes }: BulkPlan): number {
  return Math.ceil(bytes / PACKET);
}

function bad(why: string): MisuseError {
  return misuse(`compare: ${why}`);
}
