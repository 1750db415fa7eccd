/**
 * Names an untraced program that may stand between two traced ones: one calls an address of which
 * the trace knows nothing, and another waits in vain, or hears from somebody of whom the trace
 * knows nothing. Then nobody can say that nobody was there. Pure.
 *
 *   client ──► 12000 ?          a relay, perhaps          ? ──► server, at 12001
 */
import { addressesOf, addressName, reaches } from './addresses.ts';
import type { TraceAddress } from './format.ts';
import type { JoinModel } from './join-model.ts';
import type { Connection, Flow, JoinedSocket } from './joined.ts';

export function tellInBetween(
  model: JoinModel,
  connections: readonly Connection[],
  flows: readonly Flow[],
): void {
  const { sockets } = model;
  const known = new Set<JoinedSocket>();
  const called = new Map<JoinedSocket, JoinedSocket>();
  const note = (from: number, to: number): void => {
    const [caller, callee] = [sockets[from]!, sockets[to]!];
    if (caller.traced && callee.traced) known.add(callee);
    else if (caller.traced) called.set(callee, caller);
  };
  for (const { from, to, datagrams } of flows) {
    if (datagrams.some(({ fate }) => fate !== 'failed')) note(from, to);
  }
  for (const { state, client, server } of connections) {
    if (state === 'failed') continue;
    const { listener, traced } = sockets[server]!;
    if (traced || listener === undefined) note(client, server);
    if (listener !== undefined && sockets[client]!.traced) known.add(sockets[listener]!);
  }
  const waiting = sockets.filter((socket) => waits(socket) && !known.has(socket));
  const places = waiting.length > 0 ? placesOf(sockets) : undefined;
  const unseen = new Set<JoinedSocket>();
  for (const [callee, caller] of called) {
    const { local, transport } = callee;
    const between = waiting.some(
      (one) => one.transport === transport && one.process !== caller.process,
    );
    if (!between || !local) continue;
    const there = places?.get(placeOf(local)) ?? [];
    if (!there.some((one) => reaches(local, one))) unseen.add(callee);
  }
  for (const { to, datagrams } of flows) {
    if (!unseen.has(sockets[to]!)) continue;
    for (const datagram of datagrams) {
      if (datagram.fate === 'nobody') datagram.fate = 'unseen';
    }
  }
  const names = new Set([...unseen].map(({ local }) => addressName(local!)));
  for (const name of names) {
    const text =
      `not seen here: what happened at ${name}. Trace the program there as well; ` +
      'if it is a relay, give it --trace FILE, and draw that FILE too';
    model.problems.push({ kind: 'unfollowed', text });
  }
}

/** Whether its program asked for an address at which others would find it. */
function waits({ traced, role, events }: JoinedSocket): boolean {
  if (!traced || role === 'connection') return false;
  return events.some((event) =>
    event.type === 'bind' ? !event.implicit : event.type === 'listen',
  );
}

/**
 * Where traced sockets are, by port or path: now, or before a `disconnect` for which the system
 * took the port away. Thousands of addresses may be looked for.
 */
function placesOf(
  sockets: readonly JoinedSocket[],
): Map<number | string, TraceAddress[]> {
  const places = new Map<number | string, TraceAddress[]>();
  for (const socket of sockets) {
    if (!socket.traced) continue;
    const { local } = socket;
    for (const address of [...(local ? [local] : []), ...addressesOf(socket)]) {
      const place = placeOf(address);
      const others = places.get(place);
      if (others) others.push(address);
      else places.set(place, [address]);
    }
  }
  return places;
}

function placeOf(address: TraceAddress): number | string {
  return 'path' in address ? address.path : address.port;
}
