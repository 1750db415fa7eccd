/**
 * A lane's record, made from what the kernel counted while it lost messages by their numbers. Pure.
 *
 * It counts packets, and knows which numbers it dropped, and when each arrived. It does not say
 * when a packet left: so the record has the first sendings, at the time of the sending call, and
 * only the number of those that were sent again.
 */
import { HEADER_LENGTH } from '../../framing/index.ts';
import type { KernelCounts, NumberedLane } from '../link/index.ts';
import type { Plan } from './options.ts';
import type { Arrival, Blocked, LaneName, LaneRecord, PacketFate } from './record.ts';

/** Where the messages of a lane have their numbers. */
export function numberedLane(lane: LaneName, plan: Plan, port: number): NumberedLane {
  const before = lane === 'framed' ? HEADER_LENGTH : 0;
  const transport = lane === 'udp' ? 'udp' : 'tcp';
  const segment = before + plan.size;
  return { transport, port, messages: plan.messages, segment, before };
}

type Seen = Pick<LaneRecord, 'blocked' | 'fates' | 'kernelDrops' | 'wire'>;

/** What the kernel saw of the datagrams, of which `read` were received. */
export function datagramsSeen(
  sent: readonly number[],
  read: number,
  counts: KernelCounts,
): Seen {
  const dropped = counts.lost[0]?.size ?? 0;
  return {
    fates: firstSendings(sent, counts),
    kernelDrops: counts.data + counts.copies - dropped - read,
    blocked: [],
    wire: wireOf(counts),
  };
}

/** What the kernel saw of a stream's segments. */
export function streamSeen(
  sent: readonly number[],
  arrivals: readonly Arrival[],
  counts: KernelCounts,
): Seen {
  return {
    fates: firstSendings(sent, counts),
    kernelDrops: 0, // what a kernel drops, TCP sends again
    blocked: waits(arrivals, counts),
    wire: wireOf(counts),
  };
}

function wireOf(counts: KernelCounts): Seen['wire'] {
  const { acknowledgements, arrivedAt, bytes, data, lost, packets } = counts;
  const once = new Set([...arrivedAt.keys(), ...(lost[0] ?? [])]).size;
  return { packets, bytes, acknowledgements, retransmitted: data - once };
}

/** A message that the program sent and TCP never did is not among them. */
function firstSendings(
  sent: readonly number[],
  { arrivedAt, lost }: KernelCounts,
): PacketFate[] {
  return sent.flatMap((at, index) => {
    const k = index + 1;
    const isLost = lost[0]?.has(k) ?? false;
    if (!isLost && !arrivedAt.has(k)) return [];
    const outcome = isLost ? 'lost' : 'sent';
    return { k, at, attempt: 0, outcome, copies: 0, overtakenBy: 0, corrupted: false };
  });
}

/**
 * Which messages had arrived and waited for one that was lost, and came later. The kernel's clock
 * ticks every few milliseconds, and begins anywhere: here it is set by the message that was read
 * soonest after it arrived.
 */
export function waits(
  arrivals: readonly Arrival[],
  { arrivedAt, lost }: Pick<KernelCounts, 'arrivedAt' | 'lost'>,
): Blocked[] {
  const readAt = new Map(arrivals.map(({ at, k }) => [k, at]));
  const inOrder = [...arrivedAt.keys()].sort((one, other) => one - other);
  let ahead = Infinity;
  for (const k of inOrder) {
    ahead = Math.min(ahead, (readAt.get(k) ?? Infinity) - arrivedAt.get(k)!);
  }
  const blocked: Blocked[] = [];
  // Of the lost ones before message k, the last to arrive is the one that held it up.
  let waitedFor = 0;
  let missingUntil = -Infinity;
  for (const k of inOrder) {
    const arrived = arrivedAt.get(k)!;
    const read = readAt.get(k);
    if (read !== undefined && missingUntil > arrived) {
      blocked.push({ k, arrivedAt: arrived + ahead, readAt: read, waitedFor });
    }
    if (lost[0]?.has(k) && arrived > missingUntil) {
      waitedFor = k;
      missingUntil = arrived;
    }
  }
  return blocked;
}
