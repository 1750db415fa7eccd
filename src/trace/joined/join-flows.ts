/**
 * Finds out who sent which datagram to whom. A sent datagram names its destination, a received
 * one its sender; a socket has its address from `bind` to `close`. So each pair of sockets has a
 * list of what one sent and a list of what the other received, and join-datagrams.ts matches
 * the two.
 *
 * A datagram that did not arrive was lost if a traced socket was there to receive it, and was
 * watched to its end, with all others that had the same address. Otherwise the trace shows
 * nobody at that address; an untraced program may be there, and is there if it ever answered.
 */
import { addressesOf, addressKey, isForMany, reaches } from './addresses.ts';
import type { Line, TraceAddress } from './format.ts';
import { matchDatagrams } from './join-datagrams.ts';
import type { JoinModel } from './join-model.ts';
import type { Arrival, Datagram, Flow, JoinedSocket } from './joined.ts';
import { whyUnwatched } from './watched.ts';

/** A socket may be written down as bound a moment after it was; in µs. */
const SLACK = 1000;

interface Pair {
  from: JoinedSocket;
  to: JoinedSocket;
  /** How many arrivals with each digest are still unmatched; made when somebody asks. */
  unclaimed: Map<string, number> | undefined;
  sends: Line<'send'>[];
  receives: Line<'receive'>[];
}

/** Where datagrams go to and come from. */
interface Place {
  /** Every traced socket that ever had the address, the one with just this address first. */
  traced: JoinedSocket[];
  /** An address of many receivers. */
  many: boolean;
}

/** From when to when. */
type Life = readonly [begin: number, end: number];

const NOWHERE: Place = { traced: [], many: false };

/** All flows, in the order of their first datagrams. */
export function joinFlows(model: JoinModel): Flow[] {
  const joiner = new FlowJoiner(model);
  return joiner.join();
}

class FlowJoiner {
  readonly #model: JoinModel;
  /** Those that were traced, by port. */
  readonly #byPort = new Map<number, JoinedSocket[]>();
  /** The answers of `#placeOf`, by port and by host as it is written. */
  readonly #places = new Map<number, Map<string, Place>>();
  readonly #pairs: Pair[] = [];
  /** The same by the sender, then by the receiver. */
  readonly #pairsOf = new Map<JoinedSocket, Map<JoinedSocket, Pair>>();
  /** Stand-ins for untraced peers, by address. */
  readonly #outside = new Map<string, JoinedSocket>();
  /** From when to when each has its port, by port: `disconnect` may end it. */
  readonly #lives = new Map<JoinedSocket, Map<number, Life>>();
  /** Of those that share their address with others: what they sent, and nobody claimed. */
  readonly #unclaimedSends = new Map<JoinedSocket, Line<'send'>[]>();
  readonly #locals = new Map<JoinedSocket, ReturnType<typeof addressesOf>>();
  /** When each had its peer fixed, and when no longer. */
  readonly #turns = new Map<JoinedSocket, (Line<'connected'> | Line<'disconnect'>)[]>();
  /** Whether it is ever a question which of several sockets something went to. */
  #shared = false;
  /** Untraced addresses from which something came. */
  readonly #alive = new Set<number>();

  constructor(model: JoinModel) {
    this.#model = model;
    for (const socket of model.sockets) {
      if (socket.transport !== 'udp') continue;
      const turns = socket.events.filter(
        (event) => event.type === 'connected' || event.type === 'disconnect',
      );
      if (turns.length > 0) this.#turns.set(socket, turns);
      // After `disconnect` the system may choose another one.
      const locals = addressesOf(socket);
      this.#locals.set(socket, locals);
      const ports = new Set(locals.map((local) => local.port));
      for (const port of ports) {
        const others = this.#byPort.get(port);
        if (others) others.push(socket);
        else this.#byPort.set(port, [socket]);
        if (others || ports.size > 1) this.#shared = true;
      }
    }
  }

  join(): Flow[] {
    const { datagrams } = this.#model;
    // An address that a traced program called is a server's; one that called first is a client's.
    for (const { event } of datagrams) {
      if (event.type === 'send') this.#noteCall(event);
      else this.#noteCaller(event);
    }
    for (const { socket, event } of datagrams) {
      if (event.type !== 'receive') continue;
      const from = this.#senderAt(event, socket) ?? this.#standIn(event.from);
      if (!from.traced) this.#alive.add(from.id);
      this.#pair(from, socket).receives.push(event);
    }
    for (const { socket, event } of datagrams) {
      if (event.type !== 'send') continue;
      for (const to of this.#receiversOf(socket, event)) {
        this.#pair(socket, to).sends.push(event);
      }
    }
    return this.#pairs
      .map((pair) => ({ pair, datagrams: this.#datagrams(pair) }))
      .sort((a, b) => timeOf(a.datagrams[0]!) - timeOf(b.datagrams[0]!))
      .map(({ pair, datagrams }, id) => ({
        id,
        from: pair.from.id,
        to: pair.to.id,
        datagrams,
        unwatched: whyUnwatched(this.#model, pair.to),
      }));
  }

  #noteCall({ to }: Line<'send'>): void {
    if (this.#placeOf(to).traced.length > 0) return;
    this.#standIn(to, 'called');
  }

  #noteCaller({ from }: Line<'receive'>): void {
    if (this.#placeOf(from).traced.length > 0) return;
    this.#standIn(from);
  }

  /** One for each address, made by whoever mentions it first. */
  #standIn(address: TraceAddress, how: 'called' | 'caller' = 'caller'): JoinedSocket {
    const key = addressKey(address);
    const known = this.#outside.get(key);
    if (known) return known;
    const process =
      how === 'called'
        ? this.#model.outsideServer('udp', address)
        : this.#model.outsideClients(address);
    const socket = this.#model.standIn(process, {
      transport: 'udp',
      role: 'datagram',
      local: address,
    });
    this.#outside.set(key, socket);
    return socket;
  }

  #placeOf(address: TraceAddress): Place {
    if ('path' in address) return NOWHERE;
    const { host, port } = address;
    let byHost = this.#places.get(port);
    if (!byHost) this.#places.set(port, (byHost = new Map()));
    const known = byHost.get(host);
    if (known) return known;
    const many = isForMany(address);
    if (many) this.#shared = true;
    const traced = (this.#byPort.get(port) ?? []).filter(
      (socket) => many || this.#localsOf(socket).some((local) => reaches(address, local)),
    );
    const key = addressKey(address);
    const exact = (socket: JoinedSocket): number =>
      this.#localsOf(socket).some((local) => addressKey(local) === key) ? 0 : 1;
    traced.sort((a, b) => exact(a) - exact(b));
    const place = { traced, many };
    byHost.set(host, place);
    return place;
  }

  /** Whoever had the address of the sender when the datagram arrived, or last before that. */
  #senderAt(receive: Line<'receive'>, to: JoinedSocket): JoinedSocket | undefined {
    const { from, t } = receive;
    const candidates = this.#placeOf(from).traced;
    const living = candidates.filter((socket) => this.#livesAt(socket, from, t));
    return (
      // Several may share the address: it came from the one that sent such a datagram there.
      (living.length > 1
        ? living.find((socket) => this.#claimSend(socket, to, receive))
        : undefined) ??
      living[0] ??
      candidates.findLast((socket) => socket.opened! <= t) ??
      candidates[0]
    );
  }

  #receiversOf(from: JoinedSocket, send: Line<'send'>): JoinedSocket[] {
    const { traced, many } = this.#placeOf(send.to);
    const lives = (socket: JoinedSocket, slack?: number): boolean =>
      this.#livesAt(socket, send.to, send.t, slack);
    const hears = (socket: JoinedSocket): boolean =>
      lives(socket) && this.#hears(socket, from, send);
    // Where there was ever one socket at most, no arrival need be looked for.
    if (!this.#shared && traced[0] && hears(traced[0])) return traced;
    const possible = traced.filter((socket) => lives(socket, SLACK));
    if (many) {
      const reached = possible.filter((to) => this.#claim(from, to, send));
      return reached.length > 0 ? reached : [this.#standIn(send.to, 'called')];
    }
    // Several may share the address: it went to the one where such a datagram arrived.
    const known = possible.find((to) => this.#claim(from, to, send));
    const there = possible.find(hears);
    return [known ?? there ?? this.#standIn(send.to, 'called')];
  }

  /** A socket whose peer is fixed hears from nobody else: for others nobody is there. */
  #hears(socket: JoinedSocket, from: JoinedSocket, send: Line<'send'>): boolean {
    const turns = this.#turns.get(socket);
    const turn = turns?.findLast(({ t }) => t <= send.t);
    if (turn?.type !== 'connected' || this.#model.packetOf(send)) return true;
    const locals = this.#localsOf(from);
    return locals.length === 0 || locals.some((local) => reaches(turn.remote, local));
  }

  #localsOf(socket: JoinedSocket): ReturnType<typeof addressesOf> {
    return this.#locals.get(socket) ?? [];
  }

  #livesAt(socket: JoinedSocket, at: TraceAddress, t: number, slack = 0): boolean {
    const [begin, end] = this.#lifeOf(socket, 'port' in at ? at.port : 0);
    return begin - slack <= t && t <= end;
  }

  #lifeOf(socket: JoinedSocket, port: number): Life {
    let lives = this.#lives.get(socket);
    if (!lives) this.#lives.set(socket, (lives = new Map()));
    let life = lives.get(port);
    if (!life) {
      const gone = socket.closed ?? this.#model.processes[socket.process]!.ended?.t;
      const [begin = socket.opened!, end = gone ?? Infinity] = tenureOf(socket, port);
      lives.set(port, (life = [begin, end]));
    }
    return life;
  }

  /** Removes one arrival with the same content, if there is one. */
  #claim(from: JoinedSocket, to: JoinedSocket, send: Line<'send'>): boolean {
    const pair = this.#pairsOf.get(from)?.get(to);
    if (!pair) return false;
    pair.unclaimed ??= countDigests(pair.receives);
    const count = pair.unclaimed.get(send.digest) ?? 0;
    if (count === 0) return false;
    pair.unclaimed.set(send.digest, count - 1);
    return true;
  }

  /** Removes one send of the same content to this receiver, if there is one. */
  #claimSend(from: JoinedSocket, to: JoinedSocket, { digest }: Line<'receive'>): boolean {
    let unclaimed = this.#unclaimedSends.get(from);
    if (!unclaimed) {
      unclaimed = from.events.filter((event) => event.type === 'send');
      this.#unclaimedSends.set(from, unclaimed);
    }
    const place = unclaimed.findIndex(
      (send) => send.digest === digest && this.#placeOf(send.to).traced.includes(to),
    );
    if (place >= 0) unclaimed.splice(place, 1);
    return place >= 0;
  }

  #pair(from: JoinedSocket, to: JoinedSocket): Pair {
    let byReceiver = this.#pairsOf.get(from);
    if (!byReceiver) this.#pairsOf.set(from, (byReceiver = new Map()));
    const known = byReceiver.get(to);
    if (known) return known;
    const pair = { from, to, unclaimed: undefined, sends: [], receives: [] };
    byReceiver.set(to, pair);
    this.#pairs.push(pair);
    return pair;
  }

  #datagrams({ from, to, sends, receives }: Pair): Datagram[] {
    if (!from.traced) return receives.map((receive) => seenByReceiver(receive));
    const accepted = sends.filter(({ error }) => error === undefined);
    const nameOf = (end: Line<'send'> | Line<'receive'>): string =>
      this.#model.packetOf(end)?.name ?? end.digest;
    const { matches, strays } = matchDatagrams(accepted, receives, nameOf);
    const bySend = new Map<Line<'send'>, Datagram>();
    for (const send of sends) bySend.set(send, { send, arrivals: [], fate: 'delivered' });
    for (const { send, receive } of matches) {
      const truncated = receive.bytes < send.bytes;
      const corrupted = !truncated && receive.digest !== send.digest;
      const arrival = { receive, overtaken: false, truncated, corrupted };
      bySend.get(send)!.arrivals.push(arrival);
    }
    for (const [send, datagram] of bySend) {
      const { arrivals } = datagram;
      if (arrivals.length === 0) datagram.fate = this.#missing(send, to);
      else if (arrivals.length > 1) arrivals.sort(byArrival);
    }
    this.#tell(from, to, matches, strays);
    const datagrams = [...bySend.values(), ...strays.map(seenByReceiver)];
    markOvertaken(datagrams);
    return datagrams.sort((a, b) => timeOf(a) - timeOf(b));
  }

  #missing(send: Line<'send'>, to: JoinedSocket): Datagram['fate'] {
    const { error, to: address, t } = send;
    if (error !== undefined) return 'failed';
    if (this.#model.packetOf(send)?.lost) return 'lost';
    if (to.traced) {
      const sharing = this.#placeOf(address).traced.filter((one) =>
        this.#livesAt(one, address, t),
      );
      const watched = [to, ...sharing].every(
        (one) => whyUnwatched(this.#model, one) === undefined,
      );
      return watched ? 'lost' : 'unseen';
    }
    return this.#alive.has(to.id) ? 'unseen' : 'nobody';
  }

  #tell(
    from: JoinedSocket,
    to: JoinedSocket,
    matches: readonly { send: Line<'send'>; receive: Line<'receive'> }[],
    strays: readonly Line<'receive'>[],
  ): void {
    const { processes, problems } = this.#model;
    const [sender, receiver] = [
      processes[from.process]!.name,
      processes[to.process]!.name,
    ];
    const place = { process: to.process, socket: to.id };
    const [stray] = strays;
    if (stray) {
      const text =
        `${receiver} received ${strays.length} datagrams from the address of ${sender}, ` +
        `but the trace does not show ${sender} sending them`;
      problems.push({ kind: 'unmatched', text, t: stray.t, ...place });
    }
    const early = matches.find(({ send, receive }) => receive.t < send.t);
    if (early) {
      const text = `${receiver} received a datagram before ${sender} sent it: their clocks disagree`;
      problems.push({ kind: 'clock', text, t: early.receive.t, ...place });
    }
  }
}

/** When it got the port, and when it lost it while it was open; as far as the trace says. */
function tenureOf(
  { events }: JoinedSocket,
  port: number,
): [begin: number | undefined, end: number | undefined] {
  let [begin, end]: (number | undefined)[] = [];
  for (const event of events) {
    if (event.type === 'bind' || event.type === 'connected') {
      const own = 'port' in event.local && event.local.port === port;
      if (own) [begin, end] = [begin ?? event.t, undefined];
      else if (begin !== undefined) end ??= event.t;
    } else if (event.type === 'disconnect' && event.unbound && begin !== undefined) {
      end ??= event.t;
    }
  }
  return [begin, end];
}

function seenByReceiver(receive: Line<'receive'>): Datagram {
  return {
    arrivals: [{ receive, overtaken: false, truncated: false, corrupted: false }],
    fate: 'unseen',
  };
}

/** Overtaken: when it came, one that was sent later had already come. */
function markOvertaken(datagrams: readonly Datagram[]): void {
  const arrived = datagrams
    .filter(({ send, arrivals }) => send && arrivals.length > 0)
    .sort((a, b) => byArrival(a.arrivals[0]!, b.arrivals[0]!));
  let latest = -Infinity;
  for (const { send, arrivals } of arrived) {
    arrivals[0]!.overtaken = send!.t < latest;
    latest = Math.max(latest, send!.t);
  }
}

/** Those that a relay passed on together have the same time. */
function byArrival({ receive: a }: Arrival, { receive: b }: Arrival): number {
  return a.t - b.t || a.seq - b.seq;
}

function countDigests(receives: readonly Line<'receive'>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { digest } of receives) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return counts;
}

function timeOf({ send, arrivals }: Datagram): number {
  return send?.t ?? arrivals[0]!.receive.t;
}
