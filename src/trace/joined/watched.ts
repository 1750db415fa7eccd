/**
 * "Never read" and "never arrived" can be said only of a socket that was watched from its beginning
 * to its end: until it was closed, or its process ended normally. A process that was killed may
 * have read more than it could write down. Pure.
 */
import { addressKey } from './addresses.ts';
import type { JoinModel } from './join-model.ts';
import type { JoinedSocket } from './joined.ts';

/** Why not; undefined for a socket of which the trace knows everything. */
export function whyUnwatched(model: JoinModel, socket: JoinedSocket): string | undefined {
  const { traced, closed } = socket;
  const process = model.processes[socket.process]!;
  if (!process.traced || !traced) return 'the other end was not traced';
  const to = model.handedOver.get(socket);
  if (to) return HANDED_OVER[to];
  if (model.incomplete.has(process.id)) return `events of ${process.name} are missing`;
  // A relay that has ended has passed on all that it ever will.
  if (closed !== undefined || process.ended || process.seenByRelay) return undefined;
  return `${process.name} was killed or kept running: its last events may be missing`;
}

/**
 * The same of an end of a connection. One that a program never accepted was watched by its
 * welcoming socket, and by all others, of a cluster's workers, at the same address.
 */
export function whyEndUnwatched(model: JoinModel, to: JoinedSocket): string | undefined {
  if (to.traced || to.listener === undefined) return whyUnwatched(model, to);
  const listener = model.sockets[to.listener]!;
  const key = addressKey(listener.local!);
  const sharing = model.welcoming.filter(
    ({ local }) => local !== undefined && addressKey(local) === key,
  );
  return sharing.map((one) => whyUnwatched(model, one)).find((why) => why !== undefined);
}

const HANDED_OVER = {
  process: 'the connection was handed to another process, where it is not followed',
  http2: 'HTTP/2 takes its bytes beneath the socket, where they are not seen',
};

/** What is not followed is named, once for each process. */
export function tellUnfollowed(model: JoinModel): void {
  const told = new Set<string>();
  for (const [{ process }, to] of model.handedOver) {
    if (told.has(`${process} ${to}`)) continue;
    told.add(`${process} ${to}`);
    const text = `${model.processes[process]!.name}: ${HANDED_OVER[to]}`;
    model.problems.push({ kind: 'unfollowed', text, process });
  }
}
