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
 * strangers' datagrams are filtered out, and "nobody listens there" is heard and counted. It
 * never ends the relay; the target may come later, or again.
 *
 * All clients share one link, and k counts all packets of a direction. With several clients
 * it is the order in which their packets reach the relay that decides who gets which fate.
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
  type HostPort,
  inetAddress,
  type InetAddress,
  Wait,
} from '../../common/index.ts';
import {
  checkForDatagrams,
  countOutcome,
  type DatagramCounts,
  type DatagramRelayStatistics,
  type Direction,
  type FateEvent,
  type Fates,
  fatesOf,
  flipBit,
  linkOf,
  type LinkOptions,
  noDatagrams,
  Wire,
} from './model/index.ts';
import { checkNoLoop, numeric, wholeFrom1 } from './relay-address.ts';

export interface DatagramRelayOptions {
  /** Where clients send to; port 0 lets the system choose. */
  listen: HostPort;
  /** Where the packets go on to. */
  to: HostPort;
  /** A perfect link unless told otherwise. */
  link?: LinkOptions | undefined;
  /** Closes the relay when it aborts. */
  signal?: AbortSignal | undefined;
  /** How many clients at a time, each with a socket; 500 unless told otherwise. */
  clients?: number | undefined;
  /** A client is forgotten after so many milliseconds of silence; 60,000 unless told otherwise. */
  idle?: number | undefined;
  /** Told about each packet as it comes. It must not throw. */
  onFate?: ((event: FateEvent) => void) | undefined;
}

interface Client {
  name: string;
  host: string;
  port: number;
  /** Towards the target. */
  socket: Socket;
  lastHeard: number;
}

interface Packet {
  client: Client;
  data: Buffer;
}

/** Packets passed on in one go: a larger burst overflows the receiver's buffer (socket(7)). */
const BATCH = 100;
const MOST_CLIENTS = 500;
const IDLE = 60_000;
/** IPv4 and UDP: what each datagram takes on a wire besides its payload. */
const HEADERS = 28;
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
  options.signal?.throwIfAborted();
  const relay = new DatagramRelay(options, await numeric(options.to, 1));
  await relay.open(await numeric(options.listen, 0));
  return relay;
}

/** Opened by `openDatagramRelay`. */
export class DatagramRelay implements AsyncDisposable {
  /** Where it passes packets on to. */
  readonly target: InetAddress;
  readonly #signal: AbortSignal | undefined;
  readonly #mostClients: number;
  readonly #idle: number;
  readonly #onFate: ((event: FateEvent) => void) | undefined;
  readonly #fates: Fates;
  readonly #wires: Record<Direction, Wire<Packet>>;
  readonly #counts = { there: noDatagrams(), back: noDatagrams() };
  #socket: Socket | undefined;
  readonly #clients = new Map<string, Client>();
  readonly #openedAt = performance.now();
  #sweeper: NodeJS.Timeout | undefined;
  #clientsEver = 0;
  #turnedAway = 0;
  #nobodyThere = 0;
  #address: InetAddress | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off. */
  #wakesAt = Infinity;
  #closing: Promise<void> | undefined;

  constructor(options: DatagramRelayOptions, target: InetAddress) {
    const link = linkOf(options.link);
    this.target = target;
    this.#signal = options.signal;
    this.#mostClients = wholeFrom1('clients', options.clients ?? MOST_CLIENTS);
    this.#idle = wholeFrom1('idle', options.idle ?? IDLE);
    this.#onFate = options.onFate;
    this.#fates = fatesOf(link);
    this.#wires = { there: new Wire(link), back: new Wire(link) };
  }

  /** Where clients send to. */
  get address(): InetAddress {
    return this.#address!;
  }

  /** A copy of the numbers as they are now. */
  get statistics(): DatagramRelayStatistics {
    return {
      there: { ...this.#counts.there },
      back: { ...this.#counts.back },
      clients: this.#clients.size,
      clientsEver: this.#clientsEver,
      turnedAway: this.#turnedAway,
      nobodyThere: this.#nobodyThere,
    };
  }

  /** Called once, by `openDatagramRelay`. */
  async open({ host, port, family }: InetAddress): Promise<void> {
    checkNoLoop({ host, port }, this.target);
    const socket = numericSocket(family);
    this.#socket = socket;
    const opening = new Wait<void>('relay', { signal: this.#signal });
    // Later ones as well: on Windows a client that has gone is an 'error' here.
    socket.on('error', (error) => opening.reject(error));
    try {
      await opening.begin(() => socket.bind(port, host, () => opening.resolve()));
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#address = inetAddress(socket.address());
    socket.on('message', (data, from) => this.#fromClient(data, from));
    this.#sweeper = setInterval(() => this.#forgetTheSilent(), this.#idle / 2).unref();
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Ends at once: packets on their way are gone. */
  async close(): Promise<void> {
    this.#closing ??= this.#end();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #onAbort = (): void => void this.close();

  async #end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#timer);
    clearInterval(this.#sweeper);
    for (const client of this.#clients.values()) client.socket.close();
    this.#clients.clear();
    await new Promise<void>((resolve) => {
      if (this.#socket) this.#socket.close(resolve);
      else resolve();
    });
  }

  #fromClient(data: Buffer, from: RemoteInfo): void {
    const name = formatAddress({ host: from.address, port: from.port });
    const client = this.#clients.get(name) ?? this.#admit(name, from);
    if (!client) {
      this.#turnedAway += 1;
      return;
    }
    this.#offer('there', client, data);
  }

  #admit(name: string, { address, port }: RemoteInfo): Client | undefined {
    if (this.#clients.size >= this.#mostClients) return undefined;
    const socket = numericSocket(this.target.family);
    const client: Client = { name, host: address, port, socket, lastHeard: 0 };
    socket.on('error', (error) => this.#upstreamFailed(client, error));
    socket.on('message', (data) => this.#offer('back', client, data));
    this.#clients.set(name, client);
    this.#clientsEver += 1;
    socket.connect(this.target.port, this.target.host);
    return client;
  }

  #upstreamFailed(client: Client, error: Error): void {
    if (['ECONNREFUSED', 'ECONNRESET'].includes(codeOf(error) ?? '')) {
      this.#nobodyThere += 1;
      return;
    }
    // It could not be made (no more file descriptors): the client may try again.
    this.#forget(client);
  }

  #offer(direction: Direction, client: Client, data: Buffer): void {
    const now = performance.now();
    client.lastHeard = now;
    const counts = this.#counts[direction];
    counts.received += 1;
    counts.receivedBytes += data.length;
    const k = counts.received;
    const fate = this.#fates(direction, k);
    const wire = this.#wires[direction];
    const outcome = wire.offer(now, { client, data }, data.length + HEADERS, fate);
    countOutcome(counts, outcome, fate);
    if (outcome === 'sent' && fate.flippedAt >= 0) flipBit(data, fate.flippedAt);
    this.#onFate?.({
      time: now - this.#openedAt,
      direction,
      k,
      size: data.length,
      fate,
      outcome,
      client: client.name,
    });
    this.#deliver(now);
  }

  /** Passes on what is due, and sets the timer for what is not. */
  #deliver(now: number): void {
    const { there, back } = this.#wires;
    for (const { item } of there.take(now, BATCH)) this.#send('there', item);
    for (const { item } of back.take(now, BATCH)) this.#send('back', item);
    const next = Math.min(there.nextTime, back.nextTime);
    if (next === this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = next;
    if (next < Infinity) this.#timer = setTimeout(this.#onTimer, Math.ceil(next - now));
  }

  readonly #onTimer = (): void => {
    this.#wakesAt = Infinity;
    this.#deliver(performance.now());
  };

  #send(direction: Direction, packet: Packet, again = false): void {
    const { client, data } = packet;
    const counts = this.#counts[direction];
    if (this.#clients.get(client.name) !== client) {
      counts.failed += 1; // forgotten while its packet was on its way
      return;
    }
    if (direction === 'back') {
      this.#socket?.send(data, client.port, client.host, (error) =>
        countSent(counts, data, error),
      );
      return;
    }
    client.socket.send(data, (error) => {
      // What it refuses is an earlier one; this one has not been sent at all.
      if (error && codeOf(error) === 'ECONNREFUSED' && !again && !this.#closing) {
        this.#nobodyThere += 1;
        this.#send(direction, packet, true);
      } else countSent(counts, data, error);
    });
  }

  #forgetTheSilent(): void {
    const limit = performance.now() - this.#idle;
    for (const client of this.#clients.values()) {
      if (client.lastHeard < limit) this.#forget(client);
    }
  }

  #forget(client: Client): void {
    if (this.#clients.get(client.name) !== client) return;
    this.#clients.delete(client.name);
    client.socket.close();
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
