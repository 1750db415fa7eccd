/** What was seen of one lane's run, before anything is made of it. Times are in ms. */
import type { Outcome } from '../link/index.ts';

export const LANES = ['udp', 'tcp', 'framed'] as const;
export type LaneName = (typeof LANES)[number];

/** A receive call that returned. */
export interface ReceiveEvent {
  at: number;
  bytes: number;
  /** The message that it held: one, whole and intact. Undefined for anything else. */
  message: number | undefined;
}

/** A message that had arrived whole; twice if it came twice. */
export interface Arrival {
  k: number;
  at: number;
}

/** What the relay did with a packet, or a segment; `attempt` counts sendings from 0. */
export interface PacketFate {
  k: number;
  at: number;
  attempt: number;
  outcome: Outcome;
  /** Copies that were added. */
  copies: number;
  overtakenBy: number;
  corrupted: boolean;
}

/** A message that was there and had to wait for an earlier one. */
export interface Blocked {
  k: number;
  /** When its packet arrived, and when it could be read. */
  arrivedAt: number;
  readAt: number;
  /** The message that was missing. */
  waitedFor: number;
}

/** All times count from the moment at which the first message was due. */
export interface LaneRecord {
  lane: LaneName;
  /** Bytes of each message, without what the lane adds. */
  size: number;
  /** From the first call until the first message could be sent. */
  setUp: { ms: number; packets: number };
  /** When message k was sent: `sent[k - 1]`. */
  sent: number[];
  received: ReceiveEvent[];
  arrivals: Arrival[];
  /** Messages that came with changed bytes. */
  corrupted: number;
  fates: PacketFate[];
  /** Undefined, as `wire`, where the kernel makes the link: nobody sees its packets. */
  blocked: Blocked[] | undefined;
  /** Towards the receiver, with the headers of IP, UDP and TCP. */
  wire: { packets: number; bytes: number } | undefined;
  /** Whether packets are computed by a model, because a relay cannot see TCP's own. */
  modelled: boolean;
}
