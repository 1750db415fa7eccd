/**
 * What programs say of themselves against what their joined trace says of them. The rules are
 * one-sided where chance decides: a picture may say that something is not known of a process
 * that was killed, and of nobody else.
 */
import {
  type Connection,
  type Direction,
  type JoinedSocket,
  joinTrace,
  type JoinedTrace,
  type Piece,
  type TraceFile,
} from '../../src/trace/index.ts';
import { connectionArrows } from '../../src/trace/diagram/connection-arrows.ts';
import { Marks } from '../../src/trace/diagram/marks.ts';
import { Names } from '../../src/trace/diagram/names.ts';
import type { Arrow } from '../../src/trace/diagram/story.ts';
import { talkOf } from '../../src/trace/diagram/talks.ts';
import { select } from '../../src/trace/diagram/view.ts';

/** Of one end of a connection; conversations.mjs prints it. */
export interface ConnectionTruth {
  name: string;
  pid: number;
  /** When it came into being, in µs of the machine's clock. */
  began: number;
  side: 'client' | 'server' | 'handed';
  tls?: boolean;
  /** The TLS server never gave it to its program. */
  unsecured?: true;
  /** The port of the relay to which a client of `to` was sent instead. */
  via?: number;
  to?: { port?: number; path?: string };
  local?: number;
  remote?: number;
  /** Bytes that `write` took, that a callback confirmed, and that the system surely had not. */
  wrote: number;
  acked: number;
  queue: number;
  /** Bytes that came, and what came first. */
  read: number;
  head: string;
  errors: string[];
  connected: boolean;
  /** The peer's end was told; ours has been sent; `end` was called. */
  end: boolean;
  finish: boolean;
  ended: boolean;
  /** `resetAndDestroy` worked; it failed, and the socket is neither open nor closed. */
  reset: boolean;
  stuck: boolean;
  closed: boolean;
  /** Its process was killed; or left, and this is what was known in the end. */
  killed?: true;
  left?: true;
}

interface SentTo {
  port: number;
  /** Back to a relay, which takes it only from the address to which it speaks. */
  toRelay?: boolean;
}

export interface DatagramTruth {
  name: string;
  pid: number;
  began: number;
  datagrams: true;
  killed?: undefined;
  port?: number;
  sends: { id: string; count: number; to: SentTo; done?: string }[];
  got: { text: string; size: number; port: number }[];
  errors: string[];
}

/** A process that was killed. */
interface KilledTruth {
  killed: number;
}

export type Truth = ConnectionTruth | DatagramTruth | KilledTruth;

/** @returns a sentence for everything in which the two disagree */
export function contradictions(file: TraceFile, truths: readonly Truth[]): string[] {
  const joined = joinTrace(file);
  return [
    ...new Connections(
      joined,
      truths.filter((one) => 'side' in one),
    ).check(),
    ...new Datagrams(
      joined,
      truths.filter((one) => 'datagrams' in one),
    ).check(),
    ...problems(joined, truths),
  ];
}

/** A trace that explains itself has none, but for what the programs really did. */
function problems(joined: JoinedTrace, truths: readonly Truth[]): string[] {
  const killed = new Set(
    truths.flatMap((one) => (typeof one.killed === 'number' ? [one.killed] : [])),
  );
  const known = (process: number | undefined): boolean =>
    process !== undefined && killed.has(joined.processes[process]!.pid!);
  return joined.problems
    .filter(
      ({ kind, text }) => kind !== 'unfollowed' && !text.startsWith('through a relay'),
    )
    .filter(({ kind, process }) => kind !== 'killed' || !known(process))
    .map(({ kind, text }) => `problem ${kind}: ${text}`);
}

class Connections {
  readonly #joined: JoinedTrace;
  readonly #truths: readonly ConnectionTruth[];
  readonly #found: string[] = [];
  readonly #truthOf = new Map<number, ConnectionTruth>();
  readonly #handed = new Map<string, ConnectionTruth>();
  readonly #arrows = new Map<string, Arrow[]>();

  constructor(joined: JoinedTrace, truths: readonly ConnectionTruth[]) {
    this.#joined = joined;
    this.#truths = truths;
    for (const truth of truths) {
      if (truth.side === 'handed') this.#handed.set(truth.name.slice(0, -1), truth);
    }
  }

  check(): string[] {
    this.#pairUp();
    const names = new Names(this.#joined);
    const everything = select(this.#joined, names, { limit: Infinity });
    for (const arrow of connectionArrows(
      this.#joined,
      new Marks(this.#joined, names, everything),
    )) {
      const others = this.#arrows.get(arrow.talk);
      if (others) others.push(arrow);
      else this.#arrows.set(arrow.talk, [arrow]);
    }
    for (const connection of this.#joined.connections) this.#connection(connection);
    return this.#found;
  }

  #say(truth: { name: string } | undefined, what: string): void {
    this.#found.push(`${truth?.name ?? 'nobody'}: ${what}`);
  }

  /** Each end that a program had is one socket of the trace, and each of those is one end. */
  #pairUp(): void {
    const places = new Map<
      string,
      { sockets: JoinedSocket[]; truths: ConnectionTruth[] }
    >();
    const at = (key: string): { sockets: JoinedSocket[]; truths: ConnectionTruth[] } => {
      const known = places.get(key) ?? { sockets: [], truths: [] };
      places.set(key, known);
      return known;
    };
    // Of a client that no relay saw it is not known to whom the relay would have gone on.
    const targets = new Map(this.#truths.map(({ via, to }) => [via, to?.port]));
    for (const socket of this.#joined.sockets) {
      if (socket.role !== 'connection' || !socket.traced) continue;
      const where = socket.side === 'client' ? socket.remote : socket.local;
      const { pid } = this.#joined.processes[socket.process]!;
      const place = where && ('path' in where ? where.path : where.port);
      const target = typeof place === 'number' ? targets.get(place) : undefined;
      at(keyOf(pid, socket.side, target ?? place)).sockets.push(socket);
    }
    const paths = this.#pathsOfServers();
    for (const truth of this.#truths) {
      if (truth.side === 'handed') continue;
      const { side, to, local, name, pid } = truth;
      const conversation = conversationOf(name);
      const where =
        side === 'client' ? (to?.path ?? to?.port) : (paths.get(conversation) ?? local);
      at(keyOf(pid, side, where)).truths.push(truth);
    }
    for (const [key, { sockets, truths }] of places) {
      sockets.sort((a, b) => a.opened! - b.opened!);
      truths.sort((a, b) => a.began - b.began);
      const ended = sockets.every(
        ({ process }) => this.#joined.processes[process]!.ended,
      );
      // Who is killed may have had no time to tell.
      if (!ended && sockets.length !== truths.length) continue;
      if (sockets.length !== truths.length) {
        const names = truths.map(({ name }) => name).join(', ');
        this.#say(undefined, `${sockets.length} sockets for ${names} (${key})`);
        continue;
      }
      for (const [place, truth] of truths.entries()) {
        this.#truthOf.set(sockets[place]!.id, truth);
      }
    }
  }

  /** A connection of a path has no address of its own. */
  #pathsOfServers(): Map<string, string> {
    return new Map(
      this.#truths.flatMap(({ name, to }) =>
        to?.path === undefined ? [] : [[conversationOf(name), to.path]],
      ),
    );
  }

  #connection(connection: Connection): void {
    const [client, server] = [connection.client, connection.server].map((id) =>
      this.#truthOf.get(id),
    );
    const sockets = [connection.client, connection.server].map(
      (id) => this.#joined.sockets[id]!,
    );
    // Of a connection that is reset at once Node does not tell the addresses.
    const [here, peer] = [client?.local, server?.remote];
    const direct = client?.via === undefined;
    if (direct && here !== undefined && peer !== undefined && here !== peer) {
      this.#say(client, `is joined with ${server!.name}`);
    }
    if (server && !client) this.#say(server, 'has no other end');
    if (client && client.head !== '' && !server) this.#say(client, 'has no other end');
    if (client) this.#beginning(connection, client, server);
    for (const [truth, socket] of [
      [client, sockets[0]!],
      [server, sockets[1]!],
    ] as const) {
      if (truth && !truth.killed && !truth.unsecured) this.#events(truth, socket);
    }
    const [there, back] = connection.directions;
    this.#direction(connection, there, client, server);
    this.#direction(connection, back, server, client);
  }

  #beginning(
    { state, failure }: Connection,
    client: ConnectionTruth,
    server: ConnectionTruth | undefined,
  ): void {
    if (client.connected && (state === 'failed' || state === 'waiting')) {
      this.#say(client, `was connected, and its connection is ${state}`);
    }
    if (server && state === 'failed') this.#say(server, 'was accepted from a failure');
    const [code] = client.errors;
    const refused = code === 'ECONNREFUSED' && !client.connected;
    if (refused !== (failure?.code === 'ECONNREFUSED')) {
      this.#say(client, `ended with ${code}, and failed with ${failure?.code}`);
    }
  }

  #events(truth: ConnectionTruth, { events }: JoinedSocket): void {
    const codes = events.flatMap((event) => (event.type === 'error' ? [event.code] : []));
    // Who leaves is told no more of what it did last.
    if (truth.left) codes.length = Math.min(codes.length, truth.errors.length);
    if (codes.join() !== truth.errors.join()) {
      this.#say(
        truth,
        `had the errors [${truth.errors.join()}], and has [${codes.join()}]`,
      );
    }
    const close = events.find((event) => event.type === 'close');
    if (truth.closed && !close) this.#say(truth, 'was closed, and is not');
    if (close && Boolean(close.reset) !== truth.reset) {
      this.#say(truth, `reset is ${truth.reset}, and is drawn as ${close.reset}`);
    }
    const shutdown = events.some((event) => event.type === 'shutdown');
    if (truth.finish && !shutdown && truth.side !== 'handed') {
      this.#say(truth, 'finished sending, and did not half-close');
    }
    if (shutdown && !truth.ended) this.#say(truth, 'half-closed, and never ended');
  }

  /** Whoever accepted nothing may have been killed as well. */
  #isKilled(socket: number): boolean {
    const { ended } = this.#joined.processes[this.#joined.sockets[socket]!.process]!;
    return ended === undefined;
  }

  #direction(
    connection: Connection,
    direction: Direction,
    from: ConnectionTruth | undefined,
    to: ConnectionTruth | undefined,
  ): void {
    const sum = (...fates: Piece['fate'][]): number =>
      direction.pieces
        .filter(({ fate }) => fates.includes(fate))
        .reduce((bytes, { start, stop }) => bytes + stop - start, 0);
    const handed = from && this.#handed.get(from.name);
    const other = to && this.#handed.get(to.name);
    const killed = this.#isKilled(direction.from) || this.#isKilled(direction.to);
    const unknown = killed || handed || other;
    const [delivered, unread, unsent] = [sum('delivered'), sum('unread'), sum('unsent')];
    const lost = sum('lost');
    // Of what TLS has encrypted and not sent it is not known how much of the program's it is.
    const unsure = from?.tls ? sum('unseen') : 0;
    const read = (to?.read ?? 0) + (other?.read ?? 0);

    const own = from && `${from.name}|`;
    if (to && own && !handed && !to.head.startsWith(own.slice(0, to.head.length))) {
      this.#say(to, `read ${to.head}, and is joined with ${from.name}`);
    }
    if (from && !unknown) {
      const all = sum('delivered', 'unread', 'unsent', 'lost') + unsure;
      if (all !== from.wrote)
        this.#say(from, `wrote ${from.wrote}, and accounts for ${all}`);
      if (delivered !== read)
        this.#say(to, `read ${read}, and ${delivered} were delivered`);
      const relayed = (from.via ?? to?.via) !== undefined;
      if (lost > 0 && !relayed) this.#say(from, `${lost} bytes are lost`);
      if (sum('unseen') > unsure) this.#say(from, `${sum('unseen')} bytes are unseen`);
    }
    if (from && !from.killed) {
      if (unsent > from.wrote - from.acked) {
        this.#say(
          from,
          `${unsent} never sent of ${from.wrote}, with ${from.acked} confirmed`,
        );
      }
      if (unsent < from.queue) {
        this.#say(from, `${from.queue} lay in the queue, and ${unsent} were never sent`);
      }
      if (unread > Math.max(0, from.wrote - unsent - lost - read)) {
        this.#say(to, `${unread} never read, though it read ${read} of ${from.wrote}`);
      }
      // Everything before a FIN arrives: what did not was never sent. In Node a TLS socket that
      // has said goodbye may take its peer's goodbye before what it was sent.
      const whole = to?.end && !from.reset && !isBroken(from, to) && !handed && !other;
      const missing = from.wrote - unsent - lost - read;
      if (whole && !from.tls && missing !== 0) {
        this.#say(
          from,
          `${unsent} never sent, ${lost} lost, but ${from.wrote - read} did not arrive`,
        );
      }
    }
    this.#ends(connection, direction, from, to);
  }

  #ends(
    { id }: Connection,
    direction: Direction,
    from: ConnectionTruth | undefined,
    to: ConnectionTruth | undefined,
  ): void {
    if (!from || from.killed) return;
    const arrows = (this.#arrows.get(talkOf(id)) ?? []).filter(
      (arrow) => arrow.from.lane === direction.from && arrow.to.lane === direction.to,
    );
    const fin = arrows.find(({ kind }) => kind === 'fin');
    const rst = arrows.find(({ kind }) => kind === 'rst');
    if (fin && from.reset && !from.ended) this.#say(from, 'only reset, and sends a FIN');
    if (fin?.fate === 'unread' && to?.end && !to.killed) {
      this.#say(to, 'was told of the end, and never noticed');
    }
    if (from.reset && from.connected && to && !rst)
      this.#say(from, 'reset, and no RST is drawn');
    // TLS says goodbye with bytes of its own, and nobody may read them.
    const read = from.tls || (to && isBroken(from, to));
    if (rst && !from.reset && from.connected && to && !read) {
      this.#say(from, 'read everything and reset nothing, and sends an RST');
    }
  }
}

/** Whether the system may have broken it off for `from`: something came that it did not read. */
function isBroken(from: ConnectionTruth, to: ConnectionTruth): boolean {
  return from.read < to.wrote || from.errors.length > 0;
}

function conversationOf(name: string): string {
  return name.split('.')[0]!;
}

function keyOf(...parts: unknown[]): string {
  return parts.join(' ');
}

class Datagrams {
  readonly #joined: JoinedTrace;
  readonly #truths: readonly DatagramTruth[];

  constructor(joined: JoinedTrace, truths: readonly DatagramTruth[]) {
    this.#joined = joined;
    this.#truths = truths;
  }

  check(): string[] {
    const found: string[] = [];
    const received = new Map<string, DatagramTruth>();
    for (const truth of this.#truths) {
      for (const { text } of truth.got) received.set(idOf(text), truth);
    }
    const sent = new Map(
      this.#truths.flatMap(({ sends }) => sends.map((send) => [send.id, send] as const)),
    );
    const seen = new Set<string>();
    for (const { to, datagrams } of this.#joined.flows) {
      for (const { send, arrivals, fate } of datagrams) {
        const text = (send ?? arrivals[0]!.receive).text ?? '';
        if (text === '') continue; // a datagram without bytes has no name
        const id = idOf(text);
        const truth = sent.get(id);
        if (!truth) {
          found.push(`${id} was sent by nobody`);
          continue;
        }
        if (seen.has(id)) found.push(`${id} went to two places`);
        seen.add(id);
        const receiver = received.get(id);
        const failed = truth.done !== 'sent';
        if ((fate === 'delivered') !== (receiver !== undefined)) {
          found.push(`${id} is ${fate}; its receiver is ${receiver?.name}`);
        }
        if ((fate === 'failed') !== failed) found.push(`${id} is ${fate}; ${truth.done}`);
        if (fate === 'unseen' && !truth.to.toRelay) found.push(`${id} is unseen`);
        const { pid } = this.#joined.processes[this.#joined.sockets[to]!.process]!;
        if (receiver && receiver.pid !== pid) found.push(`${id} went to ${pid}`);
        const count = send?.bytes ?? truth.count;
        if (count !== truth.count) found.push(`${id} has ${count} bytes`);
      }
    }
    for (const [id, { count, done }] of sent) {
      const thrown =
        done?.startsWith('threw') && done !== 'threw ERR_SOCKET_DGRAM_NOT_RUNNING';
      if (count > id.length && !thrown && !seen.has(id))
        found.push(`${id} is not there; ${done}`);
    }
    return found;
  }
}

function idOf(text: string): string {
  return text.slice(0, text.indexOf(':') + 1);
}
