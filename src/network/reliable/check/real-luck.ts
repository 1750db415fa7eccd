/** The bad luck that a real program meets: on its link, and from another session. Pure. */
import type { LinkOptions } from '../../link/index.ts';
import type { Action, Core } from '../core.ts';
import type { Packet } from '../packet.ts';
import type { Role } from './case.ts';

/** How many messages a run has. */
export const MESSAGES = 8;

/**
 * The first run loses the most harmful packets; the others also lose, duplicate and damage at
 * random.
 */
export function linkFor(role: Role, seed: number): LinkOptions {
  const [last, lastAnswer] = role === 'sender' ? [[MESSAGES], []] : [[], [MESSAGES]];
  const listed = { delay: 2, drop: [2, ...last], dropBack: [3, ...lastAnswer], seed };
  if (seed === 1) return listed;
  return {
    ...listed,
    loss: 0.1,
    dup: 0.2,
    reorder: 0.1,
    hold: 5,
    corruptPastChecksum: 0.1,
  };
}

/** Each of our packets is followed by one of another session that makes false claims. */
export function withTwins(core: Core): Core {
  return {
    get state() {
      return core.state;
    },
    on: (event, now) =>
      core
        .on(event, now)
        .flatMap((action): Action[] =>
          action.type === 'transmit'
            ? [action, { type: 'transmit', packet: twinOf(action.packet) }]
            : [action],
        ),
  };
}

/** It is named as a repeat, so that it does not share the fate of the packet before it. */
function twinOf(packet: Packet): Packet {
  const { attempt, seq, session } = packet;
  const payload = new TextEncoder().encode('a message of another session');
  const twin = { ...packet, session: session + 1000, seq: seq + 1, attempt: attempt + 1 };
  return packet.kind === 'data' ? { ...twin, payload } : { ...twin, ack: MESSAGES };
}
