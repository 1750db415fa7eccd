/**
 * What all sockets that send and receive datagrams have in common: epgm:// and udp://. There is no
 * connection, and usually nobody knows who is there.
 *
 * Read next: udp.ts, epgm/sender.ts, epgm/receiver.ts.
 */
import * as dgram from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { systemError, ZmqError } from '../base/errors.ts';
import type { Options } from '../base/options.ts';
import { Pipe, type Shared } from '../pipes/pipe.ts';
import { type Envelope, NO_ENVELOPE, type Outgoing } from '../zmtp/index.ts';
import type { Endpoint } from './endpoint.ts';
import type { SocketHost } from './host.ts';
import { hostToBind } from './local-address.ts';

export type DatagramEndpoint = Extract<Endpoint, { transport: 'epgm' | 'udp' }>;

/** Where a datagram came from. */
export interface From {
  address: string;
  port: number;
}

/** The kernel's buffer for datagrams, if it allows so much: a burst must fit. In bytes. */
const BUFFER = 1024 * 1024;
/** Before opening is tried again, at least, in milliseconds. */
const LEAST_INTERVAL = 100;

/** The pipe to and from everybody in the group: there is nobody to ask, and nothing to end. */
export class DatagramPipe extends Pipe {
  get full(): boolean {
    return false;
  }
  override write(_message: Outgoing, _envelope: Envelope): void {}
  override writeShared({ message }: Shared): void {
    this.write(message, NO_ENVELOPE);
  }
  override writeFirst(): void {}
  override writeSubscription(): void {}
  override close(): void {}
  protected override resume(): void {}
}

/** One that only receives has nothing unsent, is never busy, and ends at once. */
export abstract class Member {
  /** With its port, once it is bound. */
  address: string;
  protected readonly host: SocketHost;
  protected readonly options: Options;
  /** A multicast group; for udp:// perhaps one machine. */
  protected readonly group: string;
  protected readonly port: number;
  /** The address of the interface through which that is reached. */
  protected readonly interface: string;
  protected abstract readonly pipe: DatagramPipe;
  protected over = false;
  readonly #sockets: dgram.Socket[] = [];
  #retry: NodeJS.Timeout | undefined;

  /** @throws {ZmqError} ENODEV when there is no such interface */
  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    this.host = host;
    this.options = { ...host.options };
    this.address = address;
    this.group = endpoint.host;
    this.port = endpoint.port;
    const any = endpoint.transport === 'udp' && endpoint.interface === '';
    this.interface = any ? '0.0.0.0' : interfaceOf(endpoint.interface);
  }

  /** Messages that have not left. */
  get unsent(): number {
    return 0;
  }

  get busy(): boolean {
    return false;
  }

  protected abstract open(): Promise<void>;

  /** A datagram for us. */
  protected abstract heard(bytes: Buffer, from: From): void;

  /** Sends what waits, and ends. */
  finish(): void {
    this.destroy();
  }

  /** Joins. @throws {ZmqError} EADDRINUSE and others */
  async start(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      this.#close();
      throw systemError(error, this.address);
    }
  }

  /** Joins, sooner or later. */
  startLater(): void {
    this.start().then(
      () => this.host.emit('connect', { address: this.address }),
      (error: unknown) => {
        if (this.over) return;
        const { address } = this;
        this.host.emit('close', { address, error });
        const { reconnectInterval } = this.options;
        if (reconnectInterval < 0) return;
        const interval = Math.max(reconnectInterval, LEAST_INTERVAL);
        this.host.emit('connect:retry', { address, interval });
        this.#retry = setTimeout(() => this.startLater(), interval).unref();
      },
    );
  }

  /**
   * A socket at an address of ours, or at the group's.
   * @param shared whether others of this machine may have the same
   */
  protected async socket(
    address: string,
    port: number,
    shared: boolean,
  ): Promise<dgram.Socket> {
    if (this.over) throw new ZmqError('EBADF');
    const socket = dgram.createSocket({
      type: 'udp4',
      reuseAddr: shared,
      // There are no names here to look up, which would take a turn for each packet.
      lookup: (host, _options, done) => done(null, host, 4),
    });
    this.#sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    try {
      socket.setRecvBufferSize(BUFFER);
    } catch {} // then it has the system's
    socket.on('error', (error) => this.failed(error));
    socket.on('message', (bytes, from) => this.heard(bytes, from));
    socket.unref();
    return socket;
  }

  /** A socket that hears what is sent to the group. */
  protected async ear(): Promise<dgram.Socket> {
    // Windows binds to no group; it delivers only what a socket has joined.
    const at = process.platform === 'win32' ? '0.0.0.0' : this.group;
    const socket = await this.socket(at, this.port, true);
    socket.addMembership(this.group, this.interface);
    return socket;
  }

  /** A datagram did not leave: too long, or no way to the group. */
  protected failed(error: Error): void {
    const { address } = this;
    this.host.emit('disconnect', { address, error: systemError(error, address) });
  }

  destroy(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.#retry);
    this.host.detach(this.pipe);
    this.#close();
    this.host.emit('close', { address: this.address });
    this.host.settled();
  }

  #close(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }
}

/** Its address. Without a name, the first that is not for this machine alone. */
function interfaceOf(name: string): string {
  if (name !== '' && name !== '*') return hostToBind(name, false).host;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  return outside?.address ?? '127.0.0.1';
}
