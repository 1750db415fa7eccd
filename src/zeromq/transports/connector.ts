/**
 * A connection to tcp://, ipc:// or ws:// that is made, and made again when it is lost.
 *
 * Source: back-off: zmq_setsockopt(3), ZMQ_RECONNECT_IVL.
 */
import * as net from 'node:net';
import type { PeerError } from '../../common/index.ts';
import { ZmqError } from '../base/errors.ts';
import { MOST } from '../base/kinds.ts';
import { Patience } from '../base/patience.ts';
import { WirePipe } from '../pipes/wire-pipe.ts';
import type { HandshakeError, Peer } from '../zmtp/index.ts';
import { type Carrier, Engine } from './engine.ts';
import type { SocketHost } from './host.ts';
import { formatPlace } from './endpoint.ts';
import { localPath } from './local-address.ts';
import { parseProxy, type Proxy, SocksClient, unanswered } from './socks.ts';
import { openWebSocket } from './websocket/client.ts';
import { checkTrust, greeted, secured } from './websocket/secure.ts';
import { WebSocketStream } from './websocket/stream.ts';
import { OWNERS, tune, type WireEndpoint, WireOwner } from './wire-owner.ts';

/** A peer that hangs up so soon after its handshake, in milliseconds, and has said nothing … */
const SOON = 5000;
/** … this many times in a row, does not want us: it is called less and less often … */
const PATIENT = 3;
/** … but at least this often, in milliseconds. */
const SELDOM = 30_000;

export class Connector extends WireOwner {
  override readonly address: string;
  readonly #endpoint: WireEndpoint;
  readonly #proxy: Proxy | undefined;
  /** Exists from the beginning, unless `immediate` is set. */
  #pipe: WirePipe | undefined;
  #engine: Engine | undefined;
  /** Gives up an attempt to connect. */
  #cancel: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #interval = 0;
  /** How many times in a row the peer has hung up soon after its handshake. */
  #refusals = 0;
  #readyAt = 0;
  /** How much the peer had sent by then. */
  #readyBytes = 0;
  #over = false;
  #finishing = false;
  /** The program, or its pattern, has dropped this peer: we do not reconnect to it. */
  #unwanted = false;
  readonly #routingId: Buffer | undefined;

  constructor(
    host: SocketHost,
    endpoint: WireEndpoint,
    address: string,
    routingId?: Buffer,
  ) {
    super(host);
    this.#endpoint = endpoint;
    this.address = address;
    this.#routingId = routingId;
    if (endpoint.transport === 'ipc') localPath(endpoint.path);
    else this.#proxy = proxyOf(host.options.socksProxy);
    if (endpoint.transport === 'ws' && endpoint.secure) checkTrust(host.options);
    if (!host.options.immediate) this.#makePipe();
    OWNERS.add(this);
    this.#dial();
  }

  override pipes(): Iterable<WirePipe> {
    return this.#pipe ? [this.#pipe] : [];
  }

  get busy(): boolean {
    return !this.#over && this.#pipe !== undefined && this.#pipe.out.messages > 0;
  }

  #makePipe(): WirePipe {
    const pipe = new WirePipe(this.host);
    if (this.#routingId) pipe.routingId = this.#routingId;
    pipe.onClose = () => {
      this.#unwanted = true;
      if (!pipe.wire) this.destroy();
    };
    this.#pipe = pipe;
    this.host.attach(pipe);
    return pipe;
  }

  #dial(): void {
    const endpoint = this.#endpoint;
    const socket = new net.Socket();
    const { connectTimeout, handshakeInterval } = this.options;
    const proxy = this.#proxy;
    const longest = connectTimeout || (proxy ? handshakeInterval : 0);
    const patience =
      longest > 0 ? new Patience(longest, () => socket.destroy()) : undefined;
    let error: Error | undefined;
    const note = (why: Error): void => {
      error ??= why;
    };
    const failed = (): void => {
      patience?.end();
      if (this.#over) return;
      this.#refusals = 0; // nobody is there, which is another matter
      this.host.emit('close', { address: this.address, ...(error && { error }) });
      this.#retry();
    };
    const connected = (): void => {
      patience?.end();
      socket.off('close', failed);
      this.#connected(socket);
    };
    socket.on('error', note); // 'close' follows
    socket.once('close', failed);
    const reached =
      proxy && endpoint.transport !== 'ipc'
        ? () => {
            error = unanswered(); // until it says more
            const client = new SocksClient(proxy, endpoint.host, endpoint.port);
            askProxy(socket, client, connected, (why) => (error = why));
          }
        : connected;
    socket.once('connect', reached);
    this.#cancel = () => {
      patience?.end();
      // The system takes its time, and must not hold on to whoever has lost interest.
      socket.off('close', failed).off('connect', reached).off('error', note);
      socket.on('error', ignored).destroy();
    };
    this.host.emit('connect:delay', { address: this.address });
    try {
      if (endpoint.transport === 'ipc')
        socket.connect({ path: localPath(endpoint.path) });
      else {
        const { host, port } = proxy ?? endpoint;
        socket.connect({
          host,
          port,
          ...(this.options.ipv6 || host.includes(':') ? {} : { family: 4 }),
          ...('source' in endpoint ? sourceOf(endpoint.source) : {}),
        });
      }
      socket.unref();
    } catch {
      socket.destroy();
    }
  }

  #connected(socket: net.Socket): void {
    this.#cancel = undefined;
    tune(socket, this.options);
    this.host.emit('connect', { address: this.address });
    this.#engine = new Engine(this.#carrier(socket), this);
    this.#engine.start();
  }

  #carrier(socket: net.Socket): Carrier {
    const endpoint = this.#endpoint;
    if (endpoint.transport !== 'ws') return socket;
    const where = formatPlace(endpoint.host, endpoint.port) + endpoint.path;
    const mechanism = this.mechanism().name;
    const limit = this.longestWebSocketMessage;
    const secure = endpoint.secure
      ? secured(socket, endpoint.host, this.options)
      : undefined;
    const carrier = secure ?? socket;
    return new WebSocketStream(carrier, mechanism, this.type, async () => {
      try {
        if (secure) await greeted(secure);
        return await openWebSocket(carrier, where, mechanism, limit);
      } catch (error) {
        if (!this.#over) this.host.emit('close', { address: this.address, error });
        throw error;
      }
    });
  }

  override ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined {
    if (this.#over) return undefined;
    this.#interval = 0;
    this.#readyAt = performance.now();
    this.#readyBytes = engine.socket.bytesRead;
    const pipe = this.#pipe ?? this.#makePipe();
    this.greet(pipe, engine, peer);
    this.host.ready(pipe);
    if (this.#finishing) queueMicrotask(() => pipe.wire?.finish());
    return pipe;
  }

  override gone(engine: Engine, error: HandshakeError | PeerError | undefined): void {
    this.#engine = undefined;
    this.tell(error ?? this.#refusal(engine));
    const pipe = this.#pipe;
    // A peer that refused us, or broke a rule, would do so again. One that hung up, or does
    // not speak ZMTP at all, may soon be replaced by a better one.
    const final = error !== undefined && (!('kind' in error) || error.final);
    if (this.#over || final || this.#unwanted || (this.#finishing && !this.busy)) {
      this.#end();
      return;
    }
    if (pipe) {
      this.host.lost(pipe);
      if (this.options.immediate) {
        pipe.out.clear();
        this.host.detach(pipe);
        this.#pipe = undefined;
      }
    }
    this.#retry();
  }

  /** Why it is pointless to reconnect to this peer again and again; undefined if it is not. */
  #refusal({ socket }: Engine): ZmqError | undefined {
    const mute = this.#readyAt > 0 && socket.bytesRead === this.#readyBytes;
    const soon = performance.now() - this.#readyAt < SOON;
    this.#readyAt = 0;
    this.#refusals = mute && soon ? this.#refusals + 1 : 0;
    if (this.#refusals < PATIENT) return undefined;
    return new ZmqError('ECONNREFUSED', {
      message: `The peer hung up soon after the handshake, ${this.#refusals} times in a row`,
      hint: 'It may have no room for another peer (PAIR), or for this many subscriptions',
      address: this.address,
    });
  }

  #retry(): void {
    const { reconnectInterval, reconnectMaxInterval } = this.options;
    if (reconnectInterval < 0 || this.#over) {
      this.#end();
      return;
    }
    let interval: number;
    if (reconnectMaxInterval > 0) {
      interval = this.#interval === 0 ? reconnectInterval : this.#interval;
      this.#interval = Math.min(reconnectMaxInterval, interval * 2);
      interval = Math.min(interval, reconnectMaxInterval);
    } else {
      // Many that lost the same server must not come back at the same moment.
      interval = Math.min(Math.round(reconnectInterval * (1 + Math.random())), MOST);
    }
    if (this.#refusals >= PATIENT) {
      const longer = interval * 2 ** (this.#refusals - PATIENT + 1);
      interval = Math.max(interval, Math.min(longer, SELDOM));
    }
    this.host.emit('connect:retry', { address: this.address, interval });
    this.#timer = setTimeout(() => this.#dial(), interval).unref();
  }

  /** Sends what waits, over a connection to come if need be, and ends. */
  finish(): void {
    this.#finishing = true;
    if (this.#pipe?.wire) this.#pipe.wire.finish();
    else if (!this.busy) this.destroy();
  }

  /**
   * Somebody else is about to call the peer in our place. A connection that is not ready would be
   * in the way: the peer may know it already by our name, and let nobody else have it.
   */
  override leave(): void {
    if (this.#pipe?.wire) return;
    this.#engine?.socket.destroy();
    this.#cancel?.();
  }

  destroy(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#pipe?.out.clear();
    if (this.#engine) this.#engine.destroy();
    else this.#cancel?.();
    this.#cancel = undefined;
    // At once: nobody may send to a peer that was dropped.
    this.#end();
  }

  #end(): void {
    this.#over = true;
    OWNERS.delete(this);
    const pipe = this.#pipe;
    this.#pipe = undefined;
    if (pipe) {
      pipe.out.clear();
      this.host.detach(pipe);
    }
    this.host.settled();
  }
}

function ignored(): void {}

function proxyOf(text: string | null): Proxy | undefined {
  if (text === null || text === '') return undefined;
  const proxy = parseProxy(text);
  if (proxy) return proxy;
  throw new ZmqError('EINVAL', { hint: `socksProxy is HOST:PORT, not ${text}` });
}

/** Has the proxy connect us to the endpoint, or ends the connection. */
function askProxy(
  socket: net.Socket,
  client: SocksClient,
  connected: () => void,
  refused: (error: Error) => void,
): void {
  const heard = (chunk: Buffer): void => {
    try {
      const { say, through } = client.push(chunk);
      if (say) socket.write(say);
      if (!through) return;
      socket.off('data', heard);
      connected();
      if (through.length > 0) socket.unshift(through);
    } catch (error) {
      refused(error as Error);
      socket.destroy();
    }
  };
  socket.on('data', heard);
  socket.write(client.start());
}

function sourceOf(source: {
  host: string;
  port: number;
}): net.TcpNetConnectOpts | object {
  return {
    ...(source.host === '*' ? {} : { localAddress: source.host }),
    ...(source.port === 0 ? {} : { localPort: source.port }),
  };
}
