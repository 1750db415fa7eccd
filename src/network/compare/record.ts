/** The raw record of one lane's run, before it is evaluated. Times are in ms. Pure. */
import type { FateEvent, Outcome } from '../link/index.ts';

export const LANES = ['udp', 'tcp', 'framed'] as const;
export type LaneName = (typeof LANES)[number];

/** A receive call that returned. */
export interface ReceiveEvent {
  at: number;
  bytes: number;
  /** The number of the one intact message that it returned; undefined for anything else. */
  message: number | undefined;
}

/** The arrival of a whole message; a message that arrives twice has two of these. */
export interface Arrival {
  k: number;
  at: number;
}

/** What the relay did with a packet or segment; `attempt` is 0 for the first transmission. */
export interface PacketFate {
  k: number;
  at: number;
  attempt: number;
  outcome: Outcome;
  /** Copies that were added. */
  copies: number;
  overtakenBy: number;
  /** A bit of it was flipped: it was lost for its wrong checksum, unless it had none. */
  corrupted: boolean;
}

/** A message that had arrived and had to wait for an earlier one. */
export interface Blocked {
  k: number;
  /** When its packet arrived, and when it could be read. */
  arrivedAt: number;
  readAt: number;
  /** The message that was missing. */
  waitedFor: number;
}

/** All times are relative to the moment at which the first message was due. */
export interface LaneRecord {
  lane: LaneName;
  /** Bytes of each message, without the framing that the lane may add. */
  size: number;
  /** From the first call until the first message could be sent. */
  setUp: { ms: number; packets: number };
  /** When message k was sent: `sent[k - 1]`. */
  sent: number[];
  received: ReceiveEvent[];
  arrivals: Arrival[];
  /** Messages that arrived with changed bytes. */
  corrupted: number;
  fates: PacketFate[];
  /**
   * Datagrams that this machine's kernel dropped, not the link: a reader was too slow. Undefined
   * if the kernel makes the link and loses by chance.
   */
  kernelDrops: number | undefined;
  /** Undefined, like `wire`, if the kernel loses by chance: we cannot see its packets. */
  blocked: Blocked[] | undefined;
  /** False if we stopped waiting: nothing had arrived for a long time, or the run took too long. */
  finished: boolean;
  /**
   * In both directions, with the headers of IP, UDP and TCP: see cost.ts. What was sent again is
   * counted from the fates where it is not said.
   */
  wire:
    | {
        packets: number;
        bytes: number;
        acknowledgements: number;
        retransmitted?: number | undefined;
      }
    | undefined;
  /** Whether TCP's packets are computed by a model: a relay cannot see them. */
  modelled: boolean;
}

/** What becomes of a packet, as a relay reports it. */
type Reported = Pick<FateEvent, 'fate' | 'k' | 'outcome' | 'time'> & { attempt?: number };

export function noteFate({ attempt = 0, fate, k, outcome, time }: Reported): PacketFate {
  return {
    k,
    at: time,
    attempt,
    outcome,
    copies: fate.copies.length,
    overtakenBy: fate.overtakenBy,
    corrupted: fate.flippedAt >= 0,
  };
}
