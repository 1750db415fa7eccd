/**
 * A bad link for streams: it stands between TCP clients and a server. Every byte arrives, always in
 * order; what the link does to packets only makes bytes late (model/stream-model.ts).
 *
 *     client A ══ accepted ──► connection 0 ──► connected ══ target
 *     client B ══ accepted ──► connection 1 ──► connected ══ target
 *
 * All of them share the link's rate and its queue (model/bottleneck.ts).
 *
 * Each connection has its own line of fates, numbered in the order of arrival, so that what chance
 * does to one does not depend on how busy another is. The first has the same fates as the packets
 * of a datagram relay with the same link.
 *
 * It is made of bare `node:net` sockets, not of our ConnectionSocket: bytes leave when a timer
 * says so, not when somebody asks for them.
 *
 * Source: tcp(7). Read next: stream-connection.ts.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import {
  formatAddress,
  inetAddress,
  type InetAddress,
  type Wait,
} from '../../common/index.ts';
import {
  ackLossesOf,
  bottlenecksOf,
  type DeliveryEvent,
  fatesOf,
  linkOf,
  noStreams,
  type StreamFateEvent,
  type StreamRelayStatistics,
} from './model/index.ts';
import { opened, Relay, type RelayOptions } from './relay.ts';
import { StreamConnection, type Surroundings } from './stream-connection.ts';

export interface StreamRelayOptions extends RelayOptions {
  /** How many connections there may be at a time; 500 unless told otherwise. Others are reset. */
  connections?: number | undefined;
  /** Told about each sending of a segment. It must not throw. */
  onFate?: ((event: StreamFateEvent) => void) | undefined;
  /** Told about each segment that is passed on. It must not throw. */
  onDelivery?: ((event: DeliveryEvent) => void) | undefined;
}

const BACKLOG = 511;

/**
 * @throws {MisuseError} ERR_BAD_LINK, ERR_BAD_ADDRESS, ERR_BAD_ARGUMENT
 * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOTFOUND from the system, or the signal's reason
 */
export async function openStreamRelay(options: StreamRelayOptions): Promise<StreamRelay> {
  return opened(options, (target) => new StreamRelay(options, target));
}

/** Opened by `openStreamRelay`. */
export class StreamRelay extends Relay {
  readonly #server: Server;
  readonly #around: Surroundings;
  readonly #counts = { there: noStreams(), back: noStreams() };
  readonly #connections = new Set<StreamConnection>();
  #connectionsEver = 0;
  #resets = 0;

  constructor(options: StreamRelayOptions, target: InetAddress) {
    super(target, options, options.connections);
    const link = linkOf(options.link);
    this.#around = {
      link,
      fates: fatesOf(link),
      ackLosses: ackLossesOf(link),
      bottlenecks: options.bottlenecks ?? bottlenecksOf(link),
      target,
      openedAt: this.openedAt,
      counts: this.#counts,
      onFate: options.onFate,
      onDelivery: options.onDelivery,
      onSeen: options.onSeen,
      onNobodyThere: () => (this.nobodyThere += 1),
      onReset: () => (this.#resets += 1),
      onClosed: (connection) => {
        this.#connections.delete(connection);
        options.onOver?.();
      },
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** A copy of the numbers as they are now. */
  get statistics(): StreamRelayStatistics {
    return {
      modelled: true,
      there: { ...this.#counts.there },
      back: { ...this.#counts.back },
      connections: this.#connections.size,
      connectionsEver: this.#connectionsEver,
      turnedAway: this.turnedAway,
      nobodyThere: this.nobodyThere,
      resets: this.#resets,
    };
  }

  protected listen({ host, port }: InetAddress, opening: Wait<void>): void {
    // Later ones as well: no file descriptors for another connection is no reason to end.
    this.#server.on('error', (error) => opening.reject(error));
    this.#server.listen({ host, port, backlog: BACKLOG }, () => opening.resolve());
  }

  protected bound(): InetAddress {
    return inetAddress(this.#server.address() as AddressInfo);
  }

  protected async release(): Promise<void> {
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= this.most) {
      this.turnAway();
      socket.on('error', () => {});
      socket.resetAndDestroy();
      return;
    }
    // A client that has reset its connection by now has no address any more.
    const { remoteAddress: host = 'unknown', remotePort: port = 0 } = socket;
    const client = formatAddress({ host, port });
    const line = this.#connectionsEver;
    this.#connectionsEver += 1;
    this.#connections.add(new StreamConnection(socket, line, client, this.#around));
  }
}
