/**
 * Finds what was recorded at the two ends of each conversation through a relay, and puts the ends
 * in place of the relay's addresses there. Pure.
 *
 *   client's events   E ──► T      the client is found by its own address and E,
 *   server's events   X ──► C      the server by its own address and X
 */
import { addressKey, isNameless, reaches } from './addresses.ts';
import type { Line, SocketEvent, TraceAddress, TraceEvent } from './format.ts';
import {
  type Conversation,
  type Ends,
  isOfRelay,
  passing,
} from './relay-conversations.ts';

type Side = 'client' | 'server';

/** A socket that was recorded. */
interface Recorded {
  kind: Line<'socket'>;
  locals: TraceAddress[];
  events: SocketEvent[];
}

/** The connection of a socket that called. */
interface Made {
  local: TraceAddress;
  remote: TraceAddress;
  t: number;
}

export interface Found {
  /** For each conversation. */
  ends: Ends[];
  /** Events, and what stands in their place now. */
  replaced: ReadonlyMap<unknown, SocketEvent>;
}

/** @param events of all processes, in the order of time */
export function findEnds(
  conversations: readonly Conversation[],
  events: readonly TraceEvent[],
): Found {
  const finder = new Finder(conversations, socketsIn(events));
  return { ends: finder.ends, replaced: finder.replaced };
}

class Finder {
  readonly replaced = new Map<unknown, SocketEvent>();
  readonly ends: Ends[];
  /** By the client's address, and by the one from which the relay speaks for it. */
  readonly #clients: ReadonlyMap<string, Ends[]>;
  readonly #exits: ReadonlyMap<string, Ends[]>;

  constructor(conversations: readonly Conversation[], sockets: readonly Recorded[]) {
    const listening = sockets.filter(({ kind }) => kind.role !== 'connection');
    this.ends = conversations.map((conversation): Ends => {
      const server = listening.some((socket) => isAt(socket, conversation));
      return {
        conversation,
        client: [],
        server: [],
        recorded: { client: false, server },
      };
    });
    this.#clients = this.#by(({ client }) => client);
    this.#exits = this.#by(({ exit }) => exit);
    const callers: [Made, Recorded][] = [];
    for (const socket of sockets) {
      const made = socket.kind.transport === 'tcp' && madeBy(socket);
      if (made && !this.#caller(made, socket)) callers.push([made, socket]);
    }
    // Whoever reset the connection before the relay could ask has no address there.
    const nameless = this.ends.filter(({ conversation }) =>
      isNameless(conversation.client),
    );
    for (const [made, socket] of callers) this.#nameless(made, socket, nameless);
    for (const socket of sockets) {
      if (socket.kind.transport === 'tcp') this.#served(socket);
      else if (socket.kind.transport === 'udp') {
        for (const life of livesOf(socket.events)) this.#datagrams(life);
      }
    }
  }

  #by(of: (conversation: Conversation) => TraceAddress | undefined): Map<string, Ends[]> {
    const groups = new Map<string, Ends[]>();
    for (const ends of this.ends) {
      const address = of(ends.conversation);
      const key = `${ends.conversation.transport} ${address && addressKey(address)}`;
      const group = groups.get(key);
      if (group) group.push(ends);
      else groups.set(key, [ends]);
    }
    return groups;
  }

  #caller({ local, remote, t }: Made, { events }: Recorded): boolean {
    const possible = (this.#clients.get(`tcp ${addressKey(local)}`) ?? []).filter(
      ({ conversation, client }) =>
        client.length === 0 && reaches(remote, conversation.entry),
    );
    const [ends] = possible.sort(byDistance(({ begun }) => begun, t));
    if (ends) this.#give(ends, 'client', events);
    return ends !== undefined;
  }

  #nameless(
    { local, remote, t }: Made,
    { events }: Recorded,
    nameless: readonly Ends[],
  ): void {
    const possible = nameless.filter(
      ({ conversation: { entry }, recorded }) =>
        !recorded.client && reaches(remote, entry),
    );
    const [ends] = possible.sort(byDistance(({ begun }) => begun, t));
    if (!ends) return;
    ends.conversation.client = local;
    this.#give(ends, 'client', events);
  }

  /** By its connection socket, or by a welcoming socket that dropped it. */
  #served({ events, locals }: Recorded): void {
    for (const event of events) {
      if (event.type !== 'accept' && event.type !== 'drop') continue;
      const possible = (this.#exits.get(`tcp ${addressKey(event.remote)}`) ?? []).filter(
        ({ server, conversation: { target } }) =>
          server.length === 0 && locals.some((local) => reaches(target, local)),
      );
      const [ends] = possible.sort(byDistance(({ reached }) => reached, event.t));
      if (ends) this.#give(ends, 'server', event.type === 'drop' ? [event] : events);
    }
  }

  #datagrams(events: readonly SocketEvent[]): void {
    const known = new Map<string, Record<Side, Ends[]>>();
    const locals = localsIn(events);
    const at = (address: TraceAddress): boolean =>
      locals.some((local) => reaches(address, local));
    const sides = (peer: TraceAddress): Record<Side, Ends[]> => ({
      client: this.ends.filter(
        ({ conversation: { transport, client, entry } }) =>
          transport === 'udp' && reaches(peer, entry) && at(client),
      ),
      server: (this.#exits.get(`udp ${addressKey(peer)}`) ?? []).filter(
        ({ conversation: { target } }) => at(target),
      ),
    });
    for (const event of events) {
      const peer = peerOf(event);
      if (!peer) continue;
      const key = addressKey(peer);
      if (!known.has(key)) known.set(key, sides(peer));
      const { client, server } = known.get(key)!;
      const { t } = event;
      // What a client sends begins a conversation, or stands in one.
      const sent = event.type !== 'receive';
      const called = sent
        ? client.find(({ conversation: { over } }) => t <= over)
        : lastBefore(client, t);
      const answered = lastBefore(server, t);
      if (called) this.#give(called, 'client', [event]);
      else if (answered) this.#give(answered, 'server', [event]);
    }
  }

  #give(ends: Ends, side: Side, events: readonly SocketEvent[]): void {
    const { client, target } = ends.conversation;
    const peer = side === 'client' ? target : client;
    ends.recorded[side] = true;
    for (const event of events) {
      const now = withPeer(event, peer);
      ends[side].push(now);
      if (now !== event) this.replaced.set(event, now);
    }
  }
}

/** A connection that was reset at once is never there for Node: its close has the addresses. */
function madeBy({ events }: Recorded): Made | undefined {
  for (const event of events) {
    if (event.type === 'connected') return event;
    if (event.type !== 'close' || !event.local || !event.remote) continue;
    const { local, remote, t } = event;
    return { local, remote, t };
  }
  return undefined;
}

/** Ports are used again: the one that began at about that time comes first. */
function byDistance(
  timeOf: (conversation: Conversation) => number,
  t: number,
): (a: Ends, b: Ends) => number {
  const away = ({ conversation }: Ends): number => Math.abs(t - timeOf(conversation));
  return (a, b) => away(a) - away(b);
}

function lastBefore(possible: readonly Ends[], t: number): Ends | undefined {
  return possible.findLast(({ conversation: { begun } }) => begun <= t) ?? possible[0];
}

/** The peers of a datagram socket. */
function peerOf(event: SocketEvent): TraceAddress | undefined {
  if (event.type === 'send' || event.type === 'connect') return event.to;
  if (event.type === 'receive') return event.from;
  return event.type === 'connected' ? event.remote : undefined;
}

function withPeer(event: SocketEvent, peer: TraceAddress): SocketEvent {
  switch (event.type) {
    case 'send':
    case 'connect':
    case 'attempt':
      return { ...event, to: peer };
    case 'receive':
      return { ...event, from: peer };
    case 'connected':
    case 'accept':
    case 'drop':
      return { ...event, remote: peer };
    case 'close':
      return event.remote ? { ...event, remote: peer } : event;
    default:
      return event;
  }
}

/** A datagram socket that disconnects may lose its port, and gets another one when it sends. */
function livesOf(events: readonly SocketEvent[]): SocketEvent[][] {
  const lives: SocketEvent[][] = [[]];
  for (const event of events) {
    lives.at(-1)!.push(event);
    if (event.type === 'disconnect' && event.unbound) lives.push([]);
  }
  return lives;
}

function localsIn(events: readonly SocketEvent[]): TraceAddress[] {
  return events.flatMap((event) =>
    'local' in event && event.local ? [event.local] : [],
  );
}

/** Whether this socket was there for what the relay passed on. */
function isAt({ kind, locals, events }: Recorded, conversation: Conversation): boolean {
  const { transport, target, begun, over } = conversation;
  if (kind.transport !== transport || events[0]!.t > over) return false;
  if (!locals.some((local) => reaches(target, local))) return false;
  const closed = events.find(({ type }) => type === 'close')?.t ?? Infinity;
  // Of a datagram that goes to a socket that has gone nobody need tell the relay.
  const silent = () => passing(conversation, 'came', 'back').length === 0;
  return begun <= closed || (transport === 'udp' && silent());
}

function socketsIn(events: readonly TraceEvent[]): Recorded[] {
  const sockets = new Map<string, Recorded>();
  for (const event of events) {
    if (event.type === 'exit' || isOfRelay(event)) continue;
    const key = `${event.process} ${event.socket}`;
    if (event.type === 'socket') {
      sockets.set(key, { kind: event, locals: [], events: [] });
    }
    const socket = sockets.get(key);
    socket?.events.push(event);
    if ('local' in event && event.local) socket?.locals.push(event.local);
  }
  return [...sockets.values()];
}
