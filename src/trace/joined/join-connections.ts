/**
 * Finds both ends of every connection, and joins the two streams between them.
 *
 *   client  connect ─► connected (L → R)      L and R: the two addresses, the same for both
 *   server            accept    (R ← L)       ends, and of no other connection at that time
 *
 * A port may be reused later, and clients of a path have no address. So among clients with the
 * same addresses, an accepted socket belongs to one that connected earlier: over TCP the
 * latest, since the ones before must have closed; over a path the first whose written bytes
 * match what was read, since the kernel hands connections out in order.
 */
import { addressKey, reaches } from './addresses.ts';
import type { Line, SocketEvent, TraceAddress } from './format.ts';
import type { JoinModel } from './join-model.ts';
import { groupsOf } from './join-datagrams.ts';
import { joinPieces } from './join-pieces.ts';
import { whyEndUnwatched } from './watched.ts';
import type { Connection, Direction, JoinedSocket, Piece } from './joined.ts';

/** Finds, numbers and joins all connections. They are in the order of their beginnings. */
export function joinConnections(model: JoinModel): Connection[] {
  const traced = model.sockets.filter(({ role }) => role === 'connection');
  const clients = traced.filter(({ side }) => side === 'client');
  const servers = traced.filter(({ side }) => side === 'server');
  const partners = pairUp(model, clients, servers);
  const claimed = new Set(partners.values());
  const ends = [
    ...clients.map((client) => ({
      client,
      server: partners.get(client) ?? missingServer(model, client),
    })),
    ...servers
      .filter((server) => !claimed.has(server))
      .map((server) => ({ client: missingClient(model, server), server })),
  ];
  return ends
    .sort((a, b) => beginning(a) - beginning(b))
    .map(({ client, server }, id) => connection(model, id, client, server));
}

interface Ends {
  client: JoinedSocket;
  server: JoinedSocket;
}

/** Clients and the accepted sockets that are their other ends. */
function pairUp(
  model: JoinModel,
  clients: readonly JoinedSocket[],
  servers: readonly JoinedSocket[],
): Map<JoinedSocket, JoinedSocket> {
  const waiting = new Map<string, JoinedSocket[]>();
  for (const client of clients) {
    const local = client.transport === 'path' ? NO_ADDRESS : client.local;
    if (!local || isRefused(client)) continue;
    const key = keyOf(model, client, [local, client.remote]);
    const others = waiting.get(key);
    if (others) others.push(client);
    else waiting.set(key, [client]);
  }
  const partners = new Map<JoinedSocket, JoinedSocket>();
  for (const server of servers) {
    const key = keyOf(model, server, [server.remote, server.local]);
    const candidates = waiting.get(key) ?? [];
    const place = choose(candidates, server);
    if (place < 0) continue;
    partners.set(candidates.splice(place, 1)[0]!, server);
  }
  return partners;
}

/** Of a path's client. */
const NO_ADDRESS = { path: '' };

/**
 * One that Node never called connected may have been accepted all the same: it was destroyed, or
 * reset, before Node could look.
 */
function isRefused(client: JoinedSocket): boolean {
  if (isConnected(client)) return false;
  return of(client, 'error').some(
    ({ code, message }) => code !== 'ECONNRESET' && message.startsWith('connect '),
  );
}

function keyOf(
  model: JoinModel,
  socket: JoinedSocket,
  [from, to]: readonly (TraceAddress | undefined)[],
): string {
  const { transport } = socket;
  const [told] = [
    ...of(socket, 'connected'),
    ...of(socket, 'accept'),
    ...of(socket, 'close'),
  ];
  // A client's address may be unknown to a relay, and then it is the same for several.
  const relayed = told && model.relayed(told);
  if (relayed) return `relayed ${relayed.id}`;
  return [transport, from && addressKey(from), to && addressKey(to)].join(' → ');
}

function choose(clients: readonly JoinedSocket[], server: JoinedSocket): number {
  const before = (client: JoinedSocket): boolean => askedAt(client) <= server.opened!;
  if (server.transport === 'path') {
    const fits = (client: JoinedSocket): boolean => !contradict(client, server);
    const place = clients.findIndex((client) => before(client) && fits(client));
    return place < 0 ? clients.findIndex(fits) : place;
  }
  const place = clients.findLastIndex(before);
  // If clocks disagree, only the addresses count.
  return place < 0 && clients.length > 0 ? 0 : place;
}

/** Whether more was read than the other end wrote, or something else. */
function contradict(client: JoinedSocket, server: JoinedSocket): boolean {
  return cannotCarry(client, server) || cannotCarry(server, client);
}

function cannotCarry(from: JoinedSocket, to: JoinedSocket): boolean {
  // It may have written anything.
  if (of(from, 'handover').length > 0 || isMixed(from, to)) return false;
  const writes = writesOf(from);
  const reads = of(to, 'read');
  // Bytes written to a connection that was never made have not been sent.
  const sent = from.side === 'client' && !isConnected(from) ? 0 : total(writes);
  if (total(reads) > sent) return true;
  return joinPieces({ writes, reads }).some((piece) => differs(piece, writes, reads));
}

/** A whole write that came as one read: their digests must be the same. */
function differs(
  { write, read }: Piece,
  writes: readonly Line<'write'>[],
  reads: readonly Line<'read'>[],
): boolean {
  if (write === undefined || read === undefined) return false;
  const [sent, got] = [writes[write]!, reads[read]!];
  const same = sent.offset === got.offset && sent.bytes === got.bytes;
  return same && sent.digest !== got.digest;
}

const NEVER_ASKED = 'never asked';
const NEVER_TOLD = 'whether the connection was made is not known';
const SHARED =
  'more came from that end than its program wrote: another process may read there';

/** Refused, or at an untraced server, or made by the kernel and never accepted. */
function missingServer(model: JoinModel, client: JoinedSocket): JoinedSocket {
  const { transport, local, remote = { path: '' } } = client;
  const made = of(client, 'connected')[0];
  // Not connected is not refused: the process may have left before it knew.
  const there = made?.t ?? (isRefused(client) ? undefined : askedAt(client));
  const listener = there === undefined ? undefined : listenerAt(model, client, there);
  const dropped = listener && made && dropOf(model, listener, client, made);
  const process = listener
    ? model.processes[listener.process]!
    : model.outsideServer(transport, remote);
  return model.standIn(process, {
    transport,
    role: 'connection',
    side: 'server',
    local: remote,
    ...(made && local && { remote: local }),
    ...(listener && { listener: listener.id }),
    ...(dropped && { dropped }),
  });
}

/** Ports are used again: the first from then on, or, when clocks disagree, the last. */
function dropOf(
  model: JoinModel,
  listener: JoinedSocket,
  client: JoinedSocket,
  made: Line<'connected'>,
): Line<'drop'> | undefined {
  const keyOf = (event: Line<'drop'> | Line<'connected'>, from: TraceAddress): string =>
    `${model.relayed(event)?.id} ${addressKey(from)}`;
  let known = model.drops.get(listener);
  if (!known) {
    known = groupsOf(of(listener, 'drop'), (drop) => keyOf(drop, drop.remote));
    model.drops.set(listener, known);
  }
  const drops = known.get(keyOf(made, made.local)) ?? [];
  const asked = askedAt(client);
  return drops.find(({ t }) => t >= asked) ?? drops.at(-1);
}

function listenerAt(
  model: JoinModel,
  { transport, remote }: JoinedSocket,
  t: number,
): JoinedSocket | undefined {
  return model.welcoming.find(
    (socket) =>
      socket.transport === transport &&
      socket.local !== undefined &&
      reaches(remote!, socket.local) &&
      socket.opened! <= t &&
      t <= endOf(model, socket),
  );
}

function endOf(model: JoinModel, socket: JoinedSocket): number {
  return socket.closed ?? model.processes[socket.process]!.ended?.t ?? Infinity;
}

function missingClient(model: JoinModel, server: JoinedSocket): JoinedSocket {
  const { transport, local, remote = { path: '' } } = server;
  return model.standIn(model.outsideClients(remote), {
    transport,
    role: 'connection',
    side: 'client',
    local: remote,
    ...(local && { remote: local }),
  });
}

function connection(
  model: JoinModel,
  id: number,
  client: JoinedSocket,
  server: JoinedSocket,
): Connection {
  client.connection = id;
  server.connection = id;
  const asked = of(client, 'connect')[0];
  const connected = of(client, 'connected')[0];
  const accepted = of(server, 'accept')[0];
  const relayed =
    (connected && model.relayed(connected)) ?? (accepted && model.relayed(accepted));
  const byRelay = connected && relayed?.byRelay;
  const { there, back } = relayed?.passed ?? {};
  const made = connected !== undefined || accepted !== undefined;
  const failed = made ? undefined : of(client, 'error')[0];
  const given = made ? undefined : of(client, 'close')[0];
  const failure = failed ?? given;
  let state: Connection['state'] = failure ? 'failed' : 'waiting';
  if (made) state = 'open';
  if (made && (client.closed ?? server.closed) !== undefined) state = 'closed';
  return {
    id,
    transport: client.transport === 'path' ? 'path' : 'tcp',
    client: client.id,
    server: server.id,
    state,
    ...(asked && { asked: asked.t }),
    ...(connected && { connected: connected.t }),
    ...(accepted && { accepted: accepted.t }),
    ...(byRelay && { byRelay }),
    ...(relayed?.brokenOff && { brokenByRelay: true as const }),
    ...(failure && {
      failure: { t: failure.t, code: failed?.code ?? whyClosed(client) },
    }),
    directions: [
      direction(model, client, server, made, there),
      direction(model, server, client, made, back),
    ],
  };
}

/** Of a socket that was closed before it was connected. The system may have been asked, or not. */
function whyClosed(client: JoinedSocket): string {
  const asked =
    client.transport === 'path' ||
    of(client, 'attempt').length > 0 ||
    of(client, 'close')[0]?.local !== undefined;
  return asked ? 'closed' : NEVER_ASKED;
}

/** A stand-in in a traced process is a connection that its program never accepted. */
function direction(
  model: JoinModel,
  from: JoinedSocket,
  to: JoinedSocket,
  made: boolean,
  passed?: number,
): Direction {
  const tracedTo = to.traced || model.processes[to.process]!.traced;
  const writes = writesOf(from);
  const reads = of(to, 'read');
  const shared = hasAnotherWriter(to, from) ? SHARED : undefined;
  const mixed = isMixed(from, to);
  const unwatched =
    (mixed ? MIXED : whyEndUnwatched(model, to)) ?? (made ? shared : NEVER_TOLD);
  const { unsent = 0, unsure = 0 } = of(from, 'close')[0] ?? {};
  const all = {
    writes: from.traced ? writes : undefined,
    reads: tracedTo ? reads : undefined,
    watched: unwatched === undefined,
    taken: stopOf(writes.at(-1)) - unsent,
    unsure,
    ...(passed !== undefined && { passed }),
  };
  const ends = mixed
    ? [
        { ...all, reads: undefined },
        { writes: undefined, reads: all.reads },
      ]
    : [all];
  const pieces = ends.flatMap((end) => joinPieces(end));
  if (mixed && pieces.length > 0) tellMixed(model, from, to);
  if (!mixed) check(model, from, to, { writes, reads, pieces });
  const shutdown = of(from, 'shutdown').find(({ t }) => t < brokenAt(from));
  // Node reports a reset after a half-close only once, as the end.
  const end = of(to, 'end').find(
    ({ reset, t }) => !reset || (shutdown && shutdown.t < t),
  );
  return {
    from: from.id,
    to: to.id,
    writes,
    reads,
    pieces,
    ...(from.traced && { sent: total(writes) }),
    ...(tracedTo && { received: total(reads) }),
    ...(shutdown && { shutdown }),
    ...(end && { end }),
    ...(unwatched !== undefined && { unwatched }),
    ...(mixed && { mixed }),
  };
}

const MIXED =
  'one end was recorded above TLS, the other beneath it: their bytes are not the same';

/** Such as a proxy that passes on what others speak over TLS, or who does not speak it at all. */
function isMixed(one: JoinedSocket, other: JoinedSocket): boolean {
  const [here, there] = [one, other].map((end) => of(end, 'tls').length > 0);
  return one.traced && other.traced && here !== there;
}

function tellMixed(model: JoinModel, from: JoinedSocket, to: JoinedSocket): void {
  const { process } = of(from, 'tls').length > 0 ? from : to;
  const text = `${model.processes[process]!.name}: ${MIXED}`;
  if (model.problems.some((problem) => problem.text === text)) return;
  model.problems.push({ kind: 'unfollowed', text, process });
}

/** Another process that holds its descriptor may also have read from it. */
function hasAnotherWriter(socket: JoinedSocket, peer: JoinedSocket): boolean {
  return socket.traced && total(of(peer, 'read')) > total(writesOf(socket));
}

/** When it heard of a reset: from then on it sends no FIN, whatever it calls. */
function brokenAt(socket: JoinedSocket): number {
  const broken = socket.events.find(
    (event) => (event.type === 'end' && event.reset) || event.type === 'error',
  );
  return broken?.t ?? Infinity;
}

function check(
  model: JoinModel,
  from: JoinedSocket,
  to: JoinedSocket,
  { writes, reads, pieces }: Pick<Direction, 'writes' | 'reads' | 'pieces'>,
): void {
  const tell = (kind: 'unmatched' | 'bytes' | 'clock', text: string, t: number): void => {
    model.problems.push({ kind, text, process: to.process, socket: to.id, t });
  };
  const nameOf = (socket: JoinedSocket): string => model.processes[socket.process]!.name;
  const names = `${nameOf(to)} read`;
  const followed = !model.handedOver.has(from);
  if (from.traced && followed) {
    const stray = pieces.filter(
      ({ write, read }) => read !== undefined && write === undefined,
    );
    const [first] = stray;
    if (first) {
      const bytes = stray.reduce((sum, { start, stop }) => sum + stop - start, 0);
      tell(
        'unmatched',
        `${names} ${bytes} bytes, but the trace does not show ${nameOf(from)} writing them`,
        reads[first.read!]!.t,
      );
    }
  }
  const other = pieces.find((piece) => differs(piece, writes, reads));
  if (other) {
    const text = `${names} bytes that differ from those that ${nameOf(from)} wrote there`;
    tell('bytes', text, reads[other.read!]!.t);
  }
  const early = pieces.find(
    ({ write, read }) =>
      write !== undefined && read !== undefined && reads[read]!.t < writes[write]!.t,
  );
  if (early) {
    const text = `${names} bytes before ${nameOf(from)} wrote them: their clocks disagree`;
    tell('clock', text, reads[early.read!]!.t);
  }
}

function isConnected(client: JoinedSocket): boolean {
  return of(client, 'connected').length > 0;
}

function beginning({ client, server }: Ends): number {
  return client.opened ?? server.opened ?? 0;
}

function askedAt(client: JoinedSocket): number {
  return of(client, 'connect')[0]?.t ?? client.opened!;
}

function of<Type extends SocketEvent['type']>(
  socket: JoinedSocket,
  type: Type,
): Line<Type>[] {
  return socket.events.filter((event): event is Line<Type> => event.type === type);
}

/** Without those that Node dropped: they are no part of the stream. */
function writesOf(socket: JoinedSocket): Line<'write'>[] {
  return of(socket, 'write').filter(({ refused }) => !refused);
}

/** How many bytes had been written by then, including those of missing writes. */
function stopOf(write: Line<'write'> | undefined): number {
  return write === undefined ? 0 : write.offset + write.bytes;
}

function total(ranges: readonly { bytes: number }[]): number {
  return ranges.reduce((sum, { bytes }) => sum + bytes, 0);
}
