/** A welcoming socket at tcp:// or ipc://, and the connections that it has accepted. */
import * as net from 'node:net';
import type { PeerError } from '../../common/index.ts';
import { systemError } from '../base/errors.ts';
import { WirePipe } from '../pipes/wire-pipe.ts';
import type { HandshakeError, Peer } from '../zmtp/index.ts';
import { formatIpc, formatTcp } from './endpoint.ts';
import { Engine } from './engine.ts';
import type { SocketHost } from './host.ts';
import { hostToBind, pathToBind, SocketFile } from './local-address.ts';
import { OWNERS, tune, type WireEndpoint, WireOwner } from './wire-owner.ts';

export class Listener extends WireOwner {
  override address = '';
  readonly #server = net.createServer();
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
    const server = this.#server;
    const path = endpoint.transport === 'ipc' ? pathToBind(endpoint.path) : undefined;
    if (path !== undefined) this.#file = new SocketFile(path);
    const where =
      endpoint.transport === 'tcp'
        ? { ...hostToBind(endpoint.host, this.options.ipv6), port: endpoint.port }
        : { path: this.#file!.first };
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
    const { address, port } = server.address() as net.AddressInfo;
    this.address = path === undefined ? formatTcp(address, port) : formatIpc(path);
    server.on('connection', this.#accept);
    server.on('error', (error) => {
      this.host.emit('accept:error', {
        address: this.address,
        error: systemError(error),
      });
    });
  }

  readonly #accept = (socket: net.Socket): void => {
    tune(socket, this.options);
    this.host.emit('accept', { address: this.address });
    const engine = new Engine(socket, this);
    this.#young.add(engine);
    engine.start();
  };

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

  /** Accepts nobody any more. */
  stop(): void {
    if (!this.#server.listening) return;
    this.#server.close();
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
