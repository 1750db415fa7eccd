/**
 * Makes the joined model from events. Pure.
 *
 *   events ─► name-clients      whose a connection was that was reset before it was accepted
 *          ─► through-relay     a relay between two ends is taken out
 *          ─► join-model        sockets and processes, in one order of time
 *          ─► join-connections  both ends of connections ─► join-pieces     bytes by offset
 *          ─► join-flows        senders and receivers    ─► join-datagrams  by digest and order
 *
 * Read next: joined.ts for what comes out.
 */
import { joinConnections } from './join-connections.ts';
import { tellInBetween } from './in-between.ts';
import { joinFlows } from './join-flows.ts';
import { JoinModel } from './join-model.ts';
import type { JoinedTrace } from './joined.ts';
import { nameClients } from './name-clients.ts';
import type { TraceFile } from './read-trace.ts';
import { throughRelay } from './through-relay.ts';
import { tellUnfollowed } from './watched.ts';

export function joinTrace(file: TraceFile): JoinedTrace {
  const model = new JoinModel(throughRelay(nameClients(file)));
  const times = model.sockets.flatMap(({ events }) => [events[0]!.t, events.at(-1)!.t]);
  const ends = model.processes.flatMap(({ ended }) => (ended ? [ended.t] : []));
  const all = [...times, ...ends];
  const connections = joinConnections(model);
  const flows = joinFlows(model);
  tellUnfollowed(model);
  tellInBetween(model, connections, flows);
  return {
    wall: file.head.wall,
    command: file.head.command ?? [],
    start: all.reduce((least, t) => Math.min(least, t), Infinity),
    stop: all.reduce((most, t) => Math.max(most, t), -Infinity),
    processes: model.processes,
    sockets: model.sockets,
    connections,
    flows,
    sources: model.sources,
    problems: model.problems,
  };
}
