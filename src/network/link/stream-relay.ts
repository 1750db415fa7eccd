/**
 * A bad link for streams: it stands between TCP clients and a server. Every byte arrives, in
 * order, always; what the link does to packets makes bytes late (model/stream-model.ts).
 *
 *     client A ══ accepted ──► connection 0 ──► connected ══ target
 *     client B ══ accepted ──► connection 1 ──► connected ══ target
 *
 * Each connection has a line of fates of its own, by the order of their coming, so that what
 * happens on one does not depend on how busy another is. The first has the same fates as the
 * packets of a datagram relay with the same link.
 *
 * It is made of bare `node:net` sockets, not of our ConnectionSocket: bytes leave when a timer
 * says so, not when somebody asks for them.
 *
 * Source: tcp(7). Read next: stream-connection.ts.
 */
import { createServer, type Server, type Socket } from 'node:net';
import {
  formatAddress,
  type HostPort,
  inetAddress,
  type InetAddress,
  Wait,
} from '../../common/index.ts';
import {
  ackLossesOf,
  type DeliveryEvent,
  fatesOf,
  linkOf,
  type LinkOptions,
  noStreams,
  type StreamFateEvent,
  type StreamRelayStatistics,
} from './model/index.ts';
import { checkNoLoop, numeric, wholeFrom1 } from './relay-address.ts';
import { StreamConnection, type Surroundings } from './stream-connection.ts';

export interface StreamRelayOptions {
  /** Where clients connect to; port 0 lets the system choose. */
  listen: HostPort;
  /** Where their connections go on to. */
  to: HostPort;
  /** A perfect link unless told otherwise. */
  link?: LinkOptions | undefined;
  /** Closes the relay when it aborts. */
  signal?: AbortSignal | undefined;
  /** How many connections at a time; 500 unless told otherwise. Others are reset. */
  connections?: number | undefined;
  /** Told about each sending of a segment. It must not throw. */
  onFate?: ((event: StreamFateEvent) => void) | undefined;
  /** Told about each segment that is passed on. It must not throw. */
  onDelivery?: ((event: DeliveryEvent) => void) | undefined;
}

const MOST_CONNECTIONS = 500;
const BACKLOG = 511;

/**
 * @throws {MisuseError} ERR_BAD_LINK, ERR_BAD_ADDRESS, ERR_BAD_ARGUMENT
 * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOTFOUND from the system, or the signal's reason
 */
export async function openStreamRelay(options: StreamRelayOptions): Promise<StreamRelay> {
  options.signal?.throwIfAborted();
  const relay = new StreamRelay(options, await numeric(options.to, 1));
  await relay.open(await numeric(options.listen, 0));
  return relay;
}

/** Opened by `openStreamRelay`. */
export class StreamRelay implements AsyncDisposable {
  readonly target: InetAddress;
  readonly #server: Server;
  readonly #signal: AbortSignal | undefined;
  readonly #most: number;
  readonly #around: Surroundings;
  readonly #counts = { there: noStreams(), back: noStreams() };
  readonly #connections = new Set<StreamConnection>();
  #connectionsEver = 0;
  #turnedAway = 0;
  #nobodyThere = 0;
  #resets = 0;
  #address: InetAddress | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: StreamRelayOptions, target: InetAddress) {
    const link = linkOf(options.link);
    this.target = target;
    this.#signal = options.signal;
    this.#most = wholeFrom1('connections', options.connections ?? MOST_CONNECTIONS);
    this.#around = {
      link,
      fates: fatesOf(link),
      ackLosses: ackLossesOf(link),
      target,
      openedAt: performance.now(),
      counts: this.#counts,
      onFate: options.onFate,
      onDelivery: options.onDelivery,
      onNobodyThere: () => (this.#nobodyThere += 1),
      onReset: () => (this.#resets += 1),
      onClosed: (connection) => this.#connections.delete(connection),
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** Where clients connect to. */
  get address(): InetAddress {
    return this.#address!;
  }

  /** A copy of the numbers as they are now. */
  get statistics(): StreamRelayStatistics {
    return {
      modelled: true,
      there: { ...this.#counts.there },
      back: { ...this.#counts.back },
      connections: this.#connections.size,
      connectionsEver: this.#connectionsEver,
      turnedAway: this.#turnedAway,
      nobodyThere: this.#nobodyThere,
      resets: this.#resets,
    };
  }

  /** Called once, by `openStreamRelay`. */
  async open({ host, port }: InetAddress): Promise<void> {
    checkNoLoop({ host, port }, this.target);
    const opening = new Wait<void>('relay', { signal: this.#signal });
    // Later ones as well: no file descriptors for another connection is no reason to end.
    this.#server.on('error', (error) => opening.reject(error));
    try {
      await opening.begin(() =>
        this.#server.listen({ host, port, backlog: BACKLOG }, () => opening.resolve()),
      );
    } catch (error) {
      await this.close();
      throw error;
    }
    const {
      address,
      family,
      port: bound,
    } = this.#server.address() as {
      address: string;
      family: string;
      port: number;
    };
    this.#address = inetAddress({ address, family, port: bound });
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Ends at once: connections are broken off, and bytes on their way are gone. */
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
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.#most) {
      this.#turnedAway += 1;
      socket.on('error', () => {});
      socket.resetAndDestroy();
      return;
    }
    const { remoteAddress: host = '', remotePort: port = 0 } = socket;
    const client = formatAddress({ host, port });
    const line = this.#connectionsEver;
    this.#connectionsEver += 1;
    this.#connections.add(new StreamConnection(socket, line, client, this.#around));
  }
}
