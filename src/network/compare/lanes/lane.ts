/** What the lanes have in common. */
import type { FateEvent } from '../../link/index.ts';
import type { PacketFate } from '../record.ts';

/** What a lane gets from its caller. */
export interface LaneRun {
  signal: AbortSignal;
  onSent(this: void, k: number): void;
}

export const LARGEST_DATAGRAM = 65_535;

/** Milliseconds between two checks of a condition. */
const LOOK = 2;

/** Resolves when `is()` is true. @throws the signal's reason */
export async function untilTrue(is: () => boolean, signal: AbortSignal): Promise<void> {
  while (!is()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

export function noteFate(event: FateEvent & { attempt?: number }): PacketFate {
  const { attempt = 0, fate, k, outcome, time } = event;
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
