/**
 * A bad link for datagrams: it stands between clients and a server, and gives each packet its
 * fate. Neither end knows of it, other than by the address that clients send to.
 *
 *     client A ──┐                 ┌── socket for A ──┐
 *                ├──► one socket ──┤                  ├──► target
 *     client B ──┘    (address)    └── socket for B ──┘
 *
 * Each client has a socket of its own towards the target, so that the target sees different
 * addresses and its answers find their way back. These sockets are connected (connect(2)):
 * strangers' datagrams are filtered out, and "nobody listens there" is heard and counted. That
 * never ends the relay: the target may start later, or start again.
 *
 * All clients share one link, and k counts all packets of a direction. With several clients
 * it is the order in which their packets reach the relay that decides who gets which fate,
 * unless the packets themselves say who they are (`whoIs`).
 *
 * It is made of bare `node:dgram` sockets, not of our DatagramSocket: a relay waits for
 * nobody, it reacts. One event for each packet is all it needs, and a queue for a slow
 * reader would only be a second place to lose packets.
 *
 * Source: udp(7). Read next: model/stream-model.ts, why streams need another relay.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import {
  type Family,
  formatAddress,
  inetAddress,
  type InetAddress,
  type Wait,
} from '../../common/index.ts';
import { Alarm } from './alarm.ts';
import { Clients } from './clients.ts';
import {
  bottlenecksOf,
  checkForDatagrams,
  countOutcome,
  type DatagramCounts,
  type DatagramRelayStatistics,
  type Direction,
  DIRECTIONS,
  type FateEvent,
  type Fates,
  fatesOf,
  flipBit,
  linkOf,
  noDatagrams,
  type Seen,
  UDP_HEADERS,
  type Who,
  Wire,
} from './model/index.ts';
import { opened, Relay, type RelayOptions } from './relay.ts';
import { wholeFrom1 } from './relay-address.ts';

export interface DatagramRelayOptions extends RelayOptions {
  /** How many clients there may be at a time, each with a socket; 500 unless told otherwise. */
  clients?: number | undefined;
  /**
   * A client is forgotten after this many milliseconds of silence; 60,000 unless told otherwise.
   */
  idle?: number | undefined;
  /** Told about each packet as it comes. It must not throw. */
  onFate?: ((event: FateEvent) => void) | undefined;
  /**
   * Says which packet a datagram is. Its fate then depends on that, whatever came before it.
   * Datagrams that it does not know are counted, as all are without it. It must not throw.
   */
  whoIs?: ((data: Uint8Array, now: number) => Known | undefined) | undefined;
}

interface Known extends Who {
  /**
   * When its sender sent it, on the clock of `performance.now()`: the link's delay then begins
   * there, and not when the relay has read it.
   */
  sentAt?: number;
}

interface Client {
  name: string;
  host: string;
  port: number;
  /** Towards the target. */
  socket: Socket;
  close(): void;
}

interface Packet {
  client: Client;
  k: number;
  data: Buffer;
}

/** What is seen of a client; at this moment unless it says when. */
type Sight = Omit<Seen, 'at' | 'client' | 'line'> & Partial<Pick<Seen, 'at'>>;

/**
 * Packets passed on in each direction in one turn of the event loop: a larger burst overflows the
 * receiver's buffer (socket(7)). A receiver in this process gets 32 in each turn from libuv.
 */
const RATION = 16;
/** Far more than one turn needs: only a system that keeps refusing makes this limit matter. */
const MOST_TRIES = 100;
const IDLE = 60_000;
/** What the kernel may keep for us while we are busy. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;

/**
 * @throws {MisuseError} ERR_BAD_LINK, ERR_BAD_ADDRESS, ERR_ADDRESS_FAMILY, ERR_BAD_ARGUMENT
 * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOTFOUND from the system, or the signal's reason
 */
export async function openDatagramRelay(
  options: DatagramRelayOptions,
): Promise<DatagramRelay> {
  checkForDatagrams(options.link ?? {});
  return opened(options, (target) => new DatagramRelay(options, target));
}

/** Opened by `openDatagramRelay`. */
export class DatagramRelay extends Relay {
  readonly #idle: number;
  readonly #onFate: ((event: FateEvent) => void) | undefined;
  readonly #onSeen: ((seen: Seen) => void) | undefined;
  readonly #whoIs: DatagramRelayOptions['whoIs'];
  readonly #fates: Fates;
  readonly #wires: Record<Direction, Wire<Packet>>;
  readonly #counts = { there: noDatagrams(), back: noDatagrams() };
  readonly #clients: Clients<Client>;
  readonly #alarm: Alarm;
  /** How many have been passed on in this turn, and its end. */
  #passedOn: Record<Direction, number> = { there: 0, back: 0 };
  #endOfTurn: NodeJS.Immediate | undefined;
  #socket: Socket | undefined;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: DatagramRelayOptions, target: InetAddress) {
    super(target, options, options.clients);
    const link = linkOf(options.link);
    this.#idle = wholeFrom1('idle', options.idle ?? IDLE);
    this.#clients = new Clients(this.most, this.#idle, (client) => {
      this.#see(client, { direction: 'there', stage: 'came', what: 'close' });
      options.onOver?.();
    });
    this.#onFate = options.onFate;
    this.#onSeen = options.onSeen;
    this.#whoIs = options.whoIs;
    this.#fates = fatesOf(link);
    const { there, back } = options.bottlenecks ?? bottlenecksOf(link);
    // The ladder's times are held against those of virtual time, where lost packets take theirs.
    const isLadder = options.whoIs !== undefined;
    this.#alarm = new Alarm((now) => this.#deliver(now), { exact: isLadder });
    this.#wires = {
      there: new Wire({ ...link.there, carriesLost: isLadder, bottleneck: there }),
      back: new Wire({ ...link.back, carriesLost: isLadder, bottleneck: back }),
    };
  }

  /** A copy of the numbers as they are now. */
  get statistics(): DatagramRelayStatistics {
    return {
      there: { ...this.#counts.there },
      back: { ...this.#counts.back },
      clients: this.#clients.size,
      clientsEver: this.#clients.ever,
      turnedAway: this.turnedAway,
      nobodyThere: this.nobodyThere,
    };
  }

  protected listen({ host, port, family }: InetAddress, opening: Wait<void>): void {
    const socket = numericSocket(family);
    this.#socket = socket;
    // Later ones as well: on Windows a client that has gone is an 'error' here.
    socket.on('error', (error) => opening.reject(error));
    socket.on('message', (data, from) => this.#fromClient(data, from));
    socket.bind(port, host, () => opening.resolve());
    const sweep = (): void => this.#clients.forgetSilent(performance.now());
    this.#sweeper = setInterval(sweep, this.#idle / 2).unref();
  }

  protected bound(): InetAddress {
    return inetAddress(this.#socket!.address());
  }

  protected async release(): Promise<void> {
    this.#alarm.stop();
    clearImmediate(this.#endOfTurn);
    clearInterval(this.#sweeper);
    this.#clients.close();
    await new Promise<void>((resolve) => {
      if (this.#socket) this.#socket.close(resolve);
      else resolve();
    });
  }

  #fromClient(data: Buffer, from: RemoteInfo): void {
    const name = formatAddress({ host: from.address, port: from.port });
    const make = (): Client => this.#admit(name, from);
    const client = this.#clients.welcome(name, performance.now(), make);
    if (client) this.#offer('there', client, data);
    else this.turnAway();
  }

  #admit(name: string, { address, port }: RemoteInfo): Client {
    const socket = numericSocket(this.target.family);
    const close = (): void => void socket.close();
    const client: Client = { name, host: address, port, socket, close };
    socket.on('error', (error) => this.#upstreamFailed(client, error));
    socket.on('message', (data) => this.#offer('back', client, data));
    this.#see(client, { direction: 'there', stage: 'came', what: 'begin' });
    socket.connect(this.target.port, this.target.host, () => {
      const { address: host, port: ownPort } = socket.address();
      const exit = { host, port: ownPort };
      this.#see(client, { direction: 'there', stage: 'went', what: 'begin', exit });
    });
    return client;
  }

  #upstreamFailed(client: Client, error: Error): void {
    if (['ECONNREFUSED', 'ECONNRESET'].includes(codeOf(error) ?? '')) {
      this.#refused(client);
      return;
    }
    // It could not be made (no more file descriptors): the client may try again.
    this.#clients.forget(client.name, client);
  }

  #offer(direction: Direction, client: Client, data: Buffer): void {
    const now = performance.now();
    this.#clients.hear(client.name, now);
    const counts = this.#counts[direction];
    counts.received += 1;
    counts.receivedBytes += data.length;
    const k = counts.received;
    const who = this.#whoIs?.(data, now);
    const fate = who
      ? this.#fates(direction, who.k, who.line, who.attempt)
      : this.#fates(direction, k);
    const wire = this.#wires[direction];
    const size = data.length + UDP_HEADERS;
    const outcome = wire.offer(who?.sentAt ?? now, { client, k, data }, size, fate);
    countOutcome(counts, outcome, fate);
    const lost = outcome !== 'sent';
    this.#see(client, { at: now, direction, stage: 'came', what: data, packet: k, lost });
    if (outcome === 'sent' && fate.flippedAt >= 0) flipBit(data, fate.flippedAt);
    this.#onFate?.({
      time: now - this.openedAt,
      direction,
      k,
      ...who,
      size: data.length,
      fate,
      outcome,
      client: client.name,
    });
    this.#deliver(now);
  }

  #refused(client: Client): void {
    this.nobodyThere += 1;
    this.#see(client, { direction: 'back', stage: 'came', what: 'refused' });
  }

  #see({ name: client }: Client, seen: Sight): void {
    this.#onSeen?.({ at: performance.now(), client, line: 0, ...seen });
  }

  /** Passes on what is due, as far as this turn's ration goes, and sets the alarm for the rest. */
  #deliver(now: number): void {
    for (const direction of DIRECTIONS) {
      const ration = RATION - this.#passedOn[direction];
      const due = this.#wires[direction].take(now, ration);
      this.#passedOn[direction] += due.length;
      for (const { item } of due) this.#send(direction, item, now);
      if (due.length > 0) this.#endOfTurn ??= setImmediate(this.#startTurn);
    }
    const { there, back } = this.#wires;
    this.#alarm.set(Math.min(there.nextTime, back.nextTime), now);
  }

  readonly #startTurn = (): void => {
    this.#endOfTurn = undefined;
    this.#passedOn = { there: 0, back: 0 };
    this.#deliver(performance.now());
  };

  #send(direction: Direction, packet: Packet, at: number, tries = 1): void {
    const { client, k, data } = packet;
    const counts = this.#counts[direction];
    if (!this.#clients.has(client.name, client)) {
      counts.failed += 1; // forgotten while its packet was on its way
      return;
    }
    this.#clients.hear(client.name, performance.now());
    if (tries === 1)
      this.#see(client, { at, direction, stage: 'went', what: data, packet: k });
    if (direction === 'back') {
      this.#socket?.send(data, client.port, client.host, (error) =>
        countSent(counts, data, error),
      );
      return;
    }
    client.socket.send(data, (error) => {
      // The refusal answers an earlier datagram, and this one was not sent: try it again.
      if (error && codeOf(error) === 'ECONNREFUSED' && !this.isClosing) {
        this.#refused(client);
        if (tries < MOST_TRIES) this.#send(direction, packet, at, tries + 1);
        else countSent(counts, data, error);
      } else countSent(counts, data, error);
    });
  }
}

/** A socket for numeric addresses: without a look-up, bind and connect are done at once. */
function numericSocket(family: Family): Socket {
  const socket = createSocket({
    type: family === 'IPv6' ? 'udp6' : 'udp4',
    lookup: (host, _options, done) => done(null, host, 4),
  });
  socket.once('listening', () => {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER);
    } catch {
      // Linux takes the most that it allows; others allow that or nothing.
    }
  });
  return socket;
}

function countSent(counts: DatagramCounts, data: Buffer, error: Error | null): void {
  if (error) {
    counts.failed += 1;
    return;
  }
  counts.delivered += 1;
  counts.deliveredBytes += data.length;
}

function codeOf(error: NodeJS.ErrnoException): string | undefined {
  return error.code;
}
