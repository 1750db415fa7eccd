/** What a listener and a connector have in common: they own connections. */
import type * as net from 'node:net';
import type { PeerError } from '../../common/index.ts';
import type { ZmqError } from '../base/errors.ts';
import type { Options } from '../base/options.ts';
import type { WirePipe } from '../pipes/wire-pipe.ts';
import type {
  Credentials,
  HandshakeError,
  Mechanism,
  NoVerdict,
  Peer,
  TypeName,
  Verdict,
} from '../zmtp/index.ts';
import { LONGEST_HANDSHAKE_COMMAND } from '../zmtp/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { Engine, EngineOwner } from './engine.ts';
import type { SocketHost } from './host.ts';

export type WireEndpoint = Exclude<Endpoint, { transport: 'inproc' | 'epgm' | 'udp' }>;

/** The options of a connection that the kernel keeps. */
export function tune(socket: net.Socket, options: Options): void {
  socket.setNoDelay(true);
  if (options.tcpKeepalive === 1) {
    socket.setKeepAlive(true, Math.max(0, options.tcpKeepaliveIdle) * 1000);
  } else if (options.tcpKeepalive === 0) {
    socket.setKeepAlive(false);
  }
}

/** Everything that listens or connects, for the end of the process. */
export const OWNERS = new Set<WireOwner>();

export abstract class WireOwner implements EngineOwner {
  readonly host: SocketHost;
  readonly options: Options;
  readonly type: TypeName;

  constructor(host: SocketHost) {
    this.host = host;
    this.options = host.options;
    this.type = host.type;
  }

  abstract readonly address: string;
  /** Those that may have something to send. */
  abstract pipes(): Iterable<WirePipe>;
  /** The process ends. */
  leave(): void {}
  abstract ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined;
  abstract gone(engine: Engine, error: HandshakeError | PeerError | undefined): void;

  /** In bytes, with its flags; 0 for no limit. A handshake is as long as it is. */
  protected get longestWebSocketMessage(): number {
    const { maxMessageSize } = this.options;
    if (maxMessageSize < 0) return 0;
    return Math.max(maxMessageSize, LONGEST_HANDSHAKE_COMMAND) + 1;
  }

  mechanism(): Mechanism {
    return this.host.mechanism();
  }

  ask(
    credentials: Credentials,
    engine: Engine,
    answer: (verdict: Verdict | NoVerdict | undefined) => void,
  ): void {
    this.host.authenticate(credentials, engine.remoteAddress, answer);
  }

  subscription(pipe: WirePipe, on: boolean, topic: Buffer): boolean {
    return this.host.pattern.subscription(pipe, on, topic);
  }

  arrived(): void {
    this.host.arrived();
  }

  writable(): void {
    this.host.writable();
  }

  protected greet(pipe: WirePipe, engine: Engine, peer: Peer | undefined): void {
    pipe.wire = engine;
    pipe.oldStyle = peer !== undefined && peer.minor === 0;
    if (peer && peer.routingId.length > 0 && pipe.routingId.length === 0) {
      pipe.routingId = peer.routingId;
    }
    if (peer) this.host.emit('handshake', { address: this.address });
  }

  protected tell(error: HandshakeError | PeerError | ZmqError | undefined): void {
    const { address } = this;
    if (error && 'kind' in error) this.host.emitHandshakeError(address, error);
    // The native engine only says that it hung up; here the error says why.
    this.host.emit(
      'disconnect',
      error && !('kind' in error) ? { address, error } : { address },
    );
  }
}
