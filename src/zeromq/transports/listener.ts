/** A welcoming socket at tcp://, ipc:// or ws://, and the connections that it has accepted. */
import type * as http from 'node:http';
import * as net from 'node:net';
import type { PeerError } from '../../common/index.ts';
import { systemError } from '../base/errors.ts';
import { WirePipe } from '../pipes/wire-pipe.ts';
import type { HandshakeError, Peer } from '../zmtp/index.ts';
import { formatIpc, formatTcp, formatWebSocket } from './endpoint.ts';
import { type Carrier, Engine } from './engine.ts';
import type { SocketHost } from './host.ts';
import { hostToBind, pathToBind, SocketFile } from './local-address.ts';
import { serverTls } from './websocket/secure.ts';
import { webSocketServer } from './websocket/server.ts';
import { WebSocketStream } from './websocket/stream.ts';
import { OWNERS, tune, type WireEndpoint, WireOwner } from './wire-owner.ts';

export class Listener extends WireOwner {
  override address = '';
  #server!: net.Server | http.Server;
  #file: SocketFile | undefined;
  readonly #pipes = new Map<Engine, WirePipe>();
  readonly #young = new Set<Engine>();

  /** Resolves with the listener when it listens. */
  static async open(host: SocketHost, endpoint: WireEndpoint): Promise<Listener> {
    const listener = new Listener(host);
    await listener.#listen(endpoint);
    return listener;
  }

  async #listen(endpoint: WireEndpoint): Promise<void> {
    const server = await this.#makeServer(endpoint);
    this.#server = server;
    const path = endpoint.transport === 'ipc' ? pathToBind(endpoint.path) : undefined;
    if (path !== undefined) this.#file = new SocketFile(path);
    const where =
      endpoint.transport === 'ipc'
        ? { path: this.#file!.first }
        : { ...hostToBind(endpoint.host, this.options.ipv6), port: endpoint.port };
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...where, backlog: this.options.backlog }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.unref();
    this.#file?.take();
    OWNERS.add(this);
    this.address = path === undefined ? addressOf(server, endpoint) : formatIpc(path);
    server.on('error', (error) => {
      this.host.emit('accept:error', {
        address: this.address,
        error: systemError(error),
      });
    });
  }

  async #makeServer(endpoint: WireEndpoint): Promise<net.Server | http.Server> {
    if (endpoint.transport !== 'ws') {
      return net.createServer((socket) => this.#accept(socket, socket));
    }
    const mechanism = this.mechanism().name;
    const patience = this.options.handshakeInterval;
    const limit = this.longestWebSocketMessage;
    const tls = endpoint.secure ? serverTls(this.options) : undefined;
    return webSocketServer({ mechanism, limit, patience, tls }, (socket, opened) => {
      const open = async () => opened;
      this.#accept(socket, new WebSocketStream(socket, mechanism, this.type, open));
    });
  }

  #accept(socket: net.Socket, carrier: Carrier): void {
    tune(socket, this.options);
    this.host.emit('accept', { address: this.address });
    const engine = new Engine(carrier, this);
    this.#young.add(engine);
    engine.start();
  }

  override ready(engine: Engine, peer: Peer | undefined): WirePipe | undefined {
    this.#young.delete(engine);
    if (!this.host.pattern.hasRoom) return undefined;
    const pipe = new WirePipe(this.host);
    this.greet(pipe, engine, peer);
    this.#pipes.set(engine, pipe);
    this.host.attach(pipe);
    this.host.ready(pipe);
    return pipe;
  }

  override gone(engine: Engine, error: HandshakeError | PeerError | undefined): void {
    this.#young.delete(engine);
    const pipe = this.#pipes.get(engine);
    this.#pipes.delete(engine);
    if (pipe) {
      pipe.out.clear();
      this.host.detach(pipe);
    }
    this.tell(error);
    this.host.settled();
    this.#forget();
  }

  override pipes(): Iterable<WirePipe> {
    return this.#pipes.values();
  }

  override leave(): void {
    this.#file?.remove();
  }

  #forget(): void {
    if (!this.#server.listening && this.#pipes.size === 0) OWNERS.delete(this);
  }

  /** Whether connections are still sending. */
  get busy(): boolean {
    for (const pipe of this.#pipes.values()) {
      if (pipe.out.messages > 0) return true;
    }
    return false;
  }

  /** From now on accepts nobody. */
  stop(): void {
    if (!this.#server.listening) return;
    this.#server.close();
    // Connections that have not asked for a WebSocket yet.
    if ('closeAllConnections' in this.#server) this.#server.closeAllConnections();
    this.#file?.remove();
    this.host.emit('close', { address: this.address });
    this.#forget();
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

function addressOf(server: net.Server, endpoint: WireEndpoint): string {
  const { address, port } = server.address() as net.AddressInfo;
  return endpoint.transport === 'ws'
    ? formatWebSocket(address, port, endpoint)
    : formatTcp(address, port);
}
