/**
 * tcp:// and ipc://: welcoming sockets that accept, and connectors that try again.
 *
 * Source: zmq_tcp(7), zmq_ipc(7); back-off: zmq_setsockopt(3), ZMQ_RECONNECT_IVL.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PeerError } from '../../common/index.ts';
import type { Core } from '../core.ts';
import { type Endpoint, formatIpc, formatTcp } from '../endpoint.ts';
import { Engine, type EngineOwner } from '../engine.ts';
import { systemError, ZmqError } from '../errors.ts';
import type { HandshakeError, Mechanism } from '../mechanisms/mechanism.ts';
import type { Credentials, NoVerdict, Verdict } from '../mechanisms/mechanism.ts';
import type { Options } from '../options.ts';
import type { Peer } from '../session.ts';
import type { TypeName } from '../socket-types.ts';
import { hold, release } from '../turn.ts';
import { WirePipe } from '../wire-pipe.ts';

export type WireEndpoint = Exclude<Endpoint, { transport: 'inproc' }>;

function tune(socket: net.Socket, options: Options): void {
  socket.setNoDelay(true);
  if (options.tcpKeepalive === 1) {
    socket.setKeepAlive(true, Math.max(0, options.tcpKeepaliveIdle) * 1000);
  } else if (options.tcpKeepalive === 0) {
    socket.setKeepAlive(false);
  }
}

abstract class Owner implements EngineOwner {
  readonly core: Core;
  readonly options: Options;
  readonly type: TypeName;

  constructor(core: Core) {
    this.core = core;
    this.options = core.options;
    this.type = core.type;
  }

  abstract readonly address: string;
  abstract ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined;
  abstract gone(engine: Engine, error: HandshakeError | PeerError | undefined): void;

  mechanism(): Mechanism {
    return this.core.mechanism();
  }

  ask(
    credentials: Credentials,
    engine: Engine,
    answer: (verdict: Verdict | NoVerdict | undefined) => void,
  ): void {
    this.core.authenticate(credentials, engine.remoteAddress, answer);
  }

  subscription(pipe: WirePipe, on: boolean, topic: Buffer): boolean {
    return this.core.pattern.subscription(pipe, on, topic);
  }

  arrived(): void {
    this.core.arrived();
  }

  writable(): void {
    this.core.writable();
  }

  protected greet(pipe: WirePipe, engine: Engine, peer: Peer | undefined): void {
    pipe.wire = engine;
    pipe.oldStyle = peer !== undefined && peer.minor === 0;
    if (peer && peer.routingId.length > 0 && pipe.routingId.length === 0) {
      pipe.routingId = peer.routingId;
    }
    if (peer) this.core.emit('handshake', { address: this.address });
  }

  protected tell(error: HandshakeError | PeerError | undefined): void {
    const { address } = this;
    if (error && 'kind' in error) this.core.emitHandshakeError(address, error);
    // Where the native engine only says that it hung up, the error says why.
    this.core.emit(
      'disconnect',
      error && !('kind' in error) ? { address, error } : { address },
    );
  }
}

export class Listener extends Owner {
  override address = '';
  readonly #server = net.createServer();
  readonly #pipes = new Map<Engine, WirePipe>();
  readonly #young = new Set<Engine>();

  /** Resolves with the listener when it listens. */
  static async open(core: Core, endpoint: WireEndpoint): Promise<Listener> {
    const listener = new Listener(core);
    await listener.#listen(endpoint);
    return listener;
  }

  async #listen(endpoint: WireEndpoint): Promise<void> {
    const server = this.#server;
    const where =
      endpoint.transport === 'tcp'
        ? { ...hostToBind(endpoint.host, this.options.ipv6), port: endpoint.port }
        : { path: pathToBind(endpoint.path) };
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...where, backlog: this.options.backlog }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.unref();
    const address = server.address();
    this.address =
      typeof address === 'string'
        ? formatIpc(address)
        : address === null
          ? formatIpc((where as { path: string }).path)
          : formatTcp(address.address, address.port);
    server.on('connection', this.#accept);
    server.on('error', (error) => {
      this.core.emit('accept:error', {
        address: this.address,
        error: systemError(error),
      });
    });
  }

  readonly #accept = (socket: net.Socket): void => {
    tune(socket, this.options);
    this.core.emit('accept', { address: this.address });
    const engine = new Engine(socket, this);
    this.#young.add(engine);
    engine.start();
  };

  override ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined {
    this.#young.delete(engine);
    if (!this.core.pattern.hasRoom) return undefined;
    const pipe = new WirePipe(this.core);
    this.greet(pipe, engine, peer);
    this.#pipes.set(engine, pipe);
    this.core.attach(pipe);
    this.core.ready(pipe);
    return pipe;
  }

  override gone(engine: Engine, error: HandshakeError | PeerError | undefined): void {
    this.#young.delete(engine);
    const pipe = this.#pipes.get(engine);
    this.#pipes.delete(engine);
    if (pipe) {
      pipe.out.clear();
      this.core.detach(pipe);
    }
    this.tell(error);
    this.core.settled();
  }

  /** Whether connections are still sending. */
  get busy(): boolean {
    for (const pipe of this.#pipes.values()) {
      if (pipe.out.messages > 0) return true;
    }
    return false;
  }

  /** Accepts nobody any more. */
  stop(): void {
    if (!this.#server.listening) return;
    this.#server.close();
    this.core.emit('close', { address: this.address });
  }

  /** Lets every connection send what it has, and end. */
  finish(): void {
    this.stop();
    for (const engine of this.#young) engine.destroy();
    for (const pipe of this.#pipes.values()) pipe.close();
  }

  destroy(): void {
    this.stop();
    for (const engine of [...this.#young, ...this.#pipes.keys()]) engine.destroy();
  }
}

export class Connector extends Owner {
  override readonly address: string;
  readonly #endpoint: WireEndpoint;
  /** There from the beginning, unless `immediate`. */
  #pipe: WirePipe | undefined;
  #engine: Engine | undefined;
  /** Gives up an attempt to connect. */
  #cancel: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #interval = 0;
  #over = false;
  #finishing = false;
  /** The program, or its pattern, has parted from this peer: it is not called again. */
  #unwanted = false;
  #held = false;
  readonly #routingId: Buffer | undefined;

  constructor(core: Core, endpoint: WireEndpoint, address: string, routingId?: Buffer) {
    super(core);
    this.#endpoint = endpoint;
    this.address = address;
    this.#routingId = routingId;
    if (endpoint.transport === 'ipc') localPath(endpoint.path);
    if (!core.options.immediate) this.#makePipe();
    this.#dial();
  }

  get busy(): boolean {
    return !this.#over && this.#pipe !== undefined && this.#pipe.out.messages > 0;
  }

  #makePipe(): WirePipe {
    const pipe = new WirePipe(this.core);
    if (this.#routingId) pipe.routingId = this.#routingId;
    pipe.onWaiting = () => this.#hold();
    pipe.onClose = () => {
      this.#unwanted = true;
      if (!pipe.wire) this.destroy();
    };
    this.#pipe = pipe;
    this.core.attach(pipe);
    return pipe;
  }

  /** Messages wait for a connection: the process must not end without them. */
  #hold(): void {
    if (this.#held || this.options.linger === 0) return;
    this.#held = true;
    hold();
  }

  #release(): void {
    if (!this.#held) return;
    this.#held = false;
    release();
  }

  #dial(): void {
    const endpoint = this.#endpoint;
    const socket = new net.Socket();
    const { connectTimeout } = this.options;
    const timer =
      connectTimeout > 0
        ? setTimeout(() => socket.destroy(), connectTimeout).unref()
        : undefined;
    const failed = (): void => {
      clearTimeout(timer);
      if (this.#over) return;
      this.core.emit('close', { address: this.address });
      this.#retry();
    };
    const connected = (): void => {
      clearTimeout(timer);
      socket.off('close', failed);
      this.#connected(socket);
    };
    socket.on('error', ignore); // 'close' follows
    socket.once('close', failed);
    socket.once('connect', connected);
    this.#cancel = () => {
      clearTimeout(timer);
      // The system takes its time, and must not hold on to whoever has lost interest.
      socket.off('close', failed).off('connect', connected).destroy();
    };
    socket.unref();
    this.core.emit('connect:delay', { address: this.address });
    try {
      socket.connect(
        endpoint.transport === 'ipc'
          ? { path: localPath(endpoint.path) }
          : {
              host: endpoint.host,
              port: endpoint.port,
              ...(this.options.ipv6
                ? {}
                : endpoint.host.includes(':')
                  ? {}
                  : { family: 4 }),
              ...(endpoint.source ? sourceOf(endpoint.source) : {}),
            },
      );
      socket.unref();
    } catch {
      socket.destroy();
    }
  }

  #connected(socket: net.Socket): void {
    this.#cancel = undefined;
    tune(socket, this.options);
    this.core.emit('connect', { address: this.address });
    this.#engine = new Engine(socket, this);
    this.#engine.start();
  }

  override ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined {
    if (this.#over) return undefined;
    this.#interval = 0;
    const pipe = this.#pipe ?? this.#makePipe();
    this.greet(pipe, engine, peer);
    this.core.ready(pipe);
    if (this.#finishing) queueMicrotask(() => pipe.wire?.finish());
    queueMicrotask(() => this.#release());
    return pipe;
  }

  override gone(_engine: Engine, error: HandshakeError | PeerError | undefined): void {
    this.#engine = undefined;
    this.tell(error);
    const pipe = this.#pipe;
    // Whoever has refused us, or broken a rule, would do so again. One that has hung up, or
    // speaks no ZMTP at all, may be about to become a better one.
    const final = error !== undefined && (!('kind' in error) || error.final);
    if (this.#over || final || this.#unwanted || (this.#finishing && !this.busy)) {
      this.#end();
      return;
    }
    if (pipe) {
      this.core.lost(pipe);
      if (this.options.immediate) {
        pipe.out.clear();
        this.core.detach(pipe);
        this.#pipe = undefined;
      } else if (pipe.out.messages > 0) this.#hold();
    }
    this.#retry();
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
      interval = Math.round(reconnectInterval * (1 + Math.random()));
    }
    this.core.emit('connect:retry', { address: this.address, interval });
    this.#timer = setTimeout(() => this.#dial(), interval).unref();
  }

  /** Sends what waits, over a connection to come if need be, and ends. */
  finish(): void {
    this.#finishing = true;
    if (this.#pipe?.wire) this.#pipe.wire.finish();
    else if (!this.busy) this.destroy();
  }

  destroy(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#pipe?.out.clear();
    if (this.#engine) this.#engine.destroy();
    else this.#cancel?.();
    this.#cancel = undefined;
    // At once: nobody may send to a peer that was let go of.
    this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#release();
    const pipe = this.#pipe;
    this.#pipe = undefined;
    if (pipe) {
      pipe.out.clear();
      this.core.detach(pipe);
    }
    this.core.settled();
  }
}

function ignore(): void {}

function sourceOf(source: {
  host: string;
  port: number;
}): net.TcpNetConnectOpts | object {
  return {
    ...(source.host === '*' ? {} : { localAddress: source.host }),
    ...(source.port === 0 ? {} : { localPort: source.port }),
  };
}

/** * is every address of ours; the name of an interface, its first. */
function hostToBind(host: string, ipv6: boolean): { host: string; ipv6Only?: boolean } {
  if (host === '*') return { host: ipv6 ? '::' : '0.0.0.0' };
  if (net.isIP(host)) return { host };
  const family = ipv6 ? 'IPv6' : 'IPv4';
  const found = networkInterfaces()[host]?.find((one) => one.family === family);
  if (found) return { host: found.address };
  if (host === 'localhost') return { host: ipv6 ? '::1' : '127.0.0.1' };
  throw new ZmqError('ENODEV', {
    hint: `${host} is no address and no network interface of this machine`,
  });
}

function pathToBind(path: string): string {
  const chosen =
    path === '*' ? join(tmpdir(), `zmq-${randomBytes(6).toString('hex')}`) : path;
  const local = localPath(chosen);
  if (local.startsWith('\0') || process.platform === 'win32') return local;
  // The system would say EACCES, which sends people looking for permissions.
  if (!fs.existsSync(dirname(local))) {
    throw new ZmqError('ENOENT', { hint: `There is no directory ${dirname(local)}` });
  }
  // A server that was killed leaves its file behind; like libzmq, a new one takes its place.
  if (fs.lstatSync(local, { throwIfNoEntry: false })?.isSocket()) fs.unlinkSync(local);
  return local;
}

/** What fits into `sun_path`, and the 0 behind it. Node would cut off the rest in silence. */
const LONGEST_PATH = process.platform === 'darwin' ? 103 : 107;

/**
 * Windows has pipes by name in place of sockets by path.
 * @throws {ZmqError} ENAMETOOLONG
 */
function localPath(path: string): string {
  if (process.platform !== 'win32') {
    if (Buffer.byteLength(path) <= LONGEST_PATH) return path;
    throw new ZmqError('ENAMETOOLONG', {
      hint: `The path of a socket has at most ${LONGEST_PATH} bytes`,
    });
  }
  return `\\\\.\\pipe\\${path.replaceAll(/[/\\:]/g, '-')}`;
}
