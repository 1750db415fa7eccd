/**
 * Divides a trace into acts. A new act begins when all processes that were there have ended, and
 * others begin. Each act is drawn by itself, so that no process stays in a picture long after it
 * has ended. Pure.
 *
 *   server   ├───────────────┤
 *   client       ├───────┤
 *   server-2                    ├──────────┤
 *   client-2                       ├────┤
 *            └── act 1 ────┘  └─ act 2 ┘
 */
import type { JoinedTrace } from '../joined/index.ts';
import type { Arrow } from './story.ts';

/** The sockets of each act, in the order of time; those that were not traced in several. */
export function castOf(
  trace: JoinedTrace,
  active: ReadonlySet<number>,
  arrows: readonly Arrow[],
): Set<number>[] {
  const actOf = actsOf(trace);
  const casts: Set<number>[] = [];
  const join = (act: number | undefined, socket: number): void => {
    if (act !== undefined) (casts[act] ??= new Set()).add(socket);
  };
  const own = (socket: number): number | undefined =>
    actOf.get(trace.sockets[socket]!.process);
  for (const socket of active) join(own(socket), socket);
  for (const { from, to } of arrows) {
    join(own(to.lane), from.lane);
    join(own(from.lane), to.lane);
  }
  return casts.filter((cast) => cast !== undefined);
}

/** By process; without those that were not traced, which may have been there all the time. */
function actsOf({ processes, sockets }: JoinedTrace): Map<number, number> {
  const stays = processes
    .filter(({ traced }) => traced)
    .map(({ id, started, ended, sockets: own }) => {
      const first = own.map((socket) => sockets[socket]!.opened ?? Infinity);
      return {
        id,
        from: Math.min(started ?? Infinity, ...first),
        to: ended?.t ?? Infinity,
      };
    })
    .sort((a, b) => a.from - b.from);
  const acts = new Map<number, number>();
  let act = 0;
  let end = -Infinity;
  for (const { id, from, to } of stays) {
    if (from > end && acts.size > 0) act += 1;
    acts.set(id, act);
    end = Math.max(end, to);
  }
  return acts;
}
