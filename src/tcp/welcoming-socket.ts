/**
 * WelcomingSocket: the server's door, with the lecture's calls, on `node:net`.
 *
 *   new WelcomingSocket()
 *   bind({ port: 12000 })
 *   listen(1)
 *   accept()  →  connectionSocket, address        one for each client, again and again
 *
 * The welcoming socket never carries data. Each client gets a connection socket of its own;
 * all share the server's address and are told apart by the client's address and port.
 *
 * What the lecture leaves out: the kernel completes connections by itself and keeps up to
 * `backlog` of them for `accept`. Node takes them from there as soon as it is idle, so here
 * they wait in a second queue, unread. Only a program too busy to return to its event loop
 * lets the kernel's backlog fill up.
 *
 * Sources: listen(2), accept(2), tcp(7).
 * Read next: connection-socket.ts.
 */
import { lookup } from 'node:dns/promises';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type Address,
  checkHost,
  checkPath,
  checkPort,
  familyOf,
  formatAddress,
  type HostPort,
  inetAddress,
  isAbstract,
  LOOPBACK,
  Mailbox,
  misuse,
  MisuseError,
  type PathAddress,
  Wait,
  type WaitOptions,
} from '../common/index.ts';
import { type ConnectionOptions, ConnectionSocket } from './connection-socket.ts';

export interface WelcomingOptions extends ConnectionOptions {
  /** How many connections may wait for `accept` before more are reset; 1024 by default. */
  queueLimit?: number;
  /** On an IPv6 address: refuse IPv4 peers (IPV6_V6ONLY, ipv6(7)). */
  ipv6Only?: boolean;
}

export interface Accepted {
  connectionSocket: ConnectionSocket;
  /** The client's address; `{ path: '' }` over a Unix-domain path. */
  address: Address;
}

const DEFAULT_QUEUE_LIMIT = 1024;

export class WelcomingSocket implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: WelcomingOptions;
  readonly #waiting: Mailbox<ConnectionSocket>;
  #state: 'new' | 'bound' | 'listening' | 'closed' = 'new';
  #boundTo: HostPort | PathAddress | undefined;
  #opening: Wait<void> | undefined;
  #refused = 0;

  constructor(options: WelcomingOptions = {}) {
    this.#options = options;
    this.#waiting = new Mailbox(options.queueLimit ?? DEFAULT_QUEUE_LIMIT);
    // pauseOnConnect: whoever accepts decides when to read. allowHalfOpen: a peer that has
    // finished sending still gets its answer.
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
    this.#server.on('connection', (socket) => this.#welcome(socket));
    // Later errors are failures of single accepts (EMFILE); the server goes on.
    this.#server.on('error', (error) => this.#opening?.reject(error));
  }

  /**
   * The address at which clients reach this server.
   * @throws {MisuseError} ERR_NOT_BOUND before `listen`
   */
  get address(): Address {
    const address = this.#state === 'listening' ? this.#server.address() : null;
    if (address === null) {
      throw new MisuseError('ERR_NOT_BOUND', 'address: listen first');
    }
    return typeof address === 'string' ? { path: address } : inetAddress(address);
  }

  /** How many connections wait for `accept`. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** How many connections were reset because too many waited for `accept`. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Chooses the address: a port (0 lets the system choose a free one), or a path for a
   * Unix-domain socket (on Windows a pipe, `\\\\.\\pipe\\name`; on Linux also `\0name`).
   * Without a host only this machine can reach the server.
   * @throws {MisuseError} ERR_ALREADY_OPEN, ERR_BAD_ADDRESS
   * @throws ENOTFOUND when the host has no address
   */
  async bind(address: HostPort | PathAddress): Promise<void> {
    if (this.#state !== 'new') throw this.#wrongState('bind');
    if ('path' in address) {
      checkPath(address.path);
      this.#boundTo = { path: address.path };
    } else {
      checkPort(address.port);
      if (address.host !== undefined) checkHost(address.host);
      const host = address.host ?? LOOPBACK.IPv4;
      const numeric = familyOf(host) ? host : (await lookup(host)).address;
      if (this.#state !== 'new') throw this.#wrongState('bind'); // changed meanwhile
      this.#boundTo = { host: numeric, port: address.port };
    }
    this.#state = 'bound';
  }

  /**
   * Opens the door. Simplification: Node binds and listens in one step, so that an address
   * that cannot be had is reported here and not by `bind`.
   * @param backlog how many connections the kernel completes for a program that is too busy
   *   to take them: 1 or more; the kernel has a limit of its own (net.core.somaxconn)
   * @throws {MisuseError} ERR_NOT_BOUND, ERR_ALREADY_OPEN, ERR_BAD_ARGUMENT
   * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES from the system
   * @throws {TimedOutError} or the signal's reason; the socket is closed then
   */
  async listen(backlog: number, options: WaitOptions = {}): Promise<void> {
    if (!Number.isInteger(backlog) || backlog < 1) {
      throw misuse(
        `listen takes a whole number of connections, 1 or more, not ${String(backlog)}`,
      );
    }
    if (this.#state !== 'bound' || this.#opening) throw this.#wrongState('listen');
    const opening = new Wait<void>('listen', options, () => void this.close());
    this.#opening = opening;
    try {
      const ipv6Only = this.#options.ipv6Only ?? false;
      await opening.begin(() =>
        this.#server.listen({ ...this.#boundTo, backlog, ipv6Only }, () =>
          opening.resolve(),
        ),
      );
    } finally {
      this.#opening = undefined;
    }
    if (this.#closed) throw this.#closedError('listen'); // while the promise was on its way
    this.#state = 'listening';
    const address = this.#server.address();
    const hasFile = typeof address === 'string' && !isAbstract(address);
    if (hasFile && process.platform !== 'win32') {
      process.once('exit', this.#removePath);
    }
  }

  /**
   * The next connection, first come, first served, each with its client's address.
   * @throws {MisuseError} ERR_NOT_BOUND before `listen`, ERR_SOCKET_CLOSED
   * @throws {TimedOutError} or the signal's reason; a client that comes later is kept
   */
  async accept(options: WaitOptions = {}): Promise<Accepted> {
    if (this.#state !== 'listening') throw this.#wrongState('accept');
    const connectionSocket = await this.#waiting.take('accept', options);
    return { connectionSocket, address: connectionSocket.peerAddress };
  }

  /**
   * Closes the door. Accepted connections stay open; those still waiting are reset, and a
   * waiting `accept` fails with ERR_SOCKET_CLOSED.
   */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    const unclaimed = this.#waiting.close(this.#closedError('accept'));
    this.#opening?.reject(this.#closedError('listen'));
    this.#state = 'closed';
    process.off('exit', this.#removePath);
    // Not awaited: Node's server closes after its last connection, and those go on.
    this.#server.close();
    for (const connectionSocket of unclaimed) connectionSocket.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #closed(): boolean {
    return this.#state === 'closed';
  }

  /**
   * Closing removes a Unix-domain socket's file; `process.exit` alone would leave it. A
   * Windows pipe is not a file, and goes with its process.
   */
  readonly #removePath = (): void => {
    if (this.#boundTo && 'path' in this.#boundTo)
      rmSync(this.#boundTo.path, { force: true });
  };

  #welcome(socket: Socket): void {
    // Reset before it was accepted: ECONNABORTED of accept(2).
    const overTcp = this.#boundTo !== undefined && !('path' in this.#boundTo);
    if (overTcp && socket.remoteAddress === undefined) {
      socket.destroy();
      return;
    }
    const connectionSocket = new ConnectionSocket(this.#options, socket);
    if (this.#waiting.put(connectionSocket)) return;
    this.#refused += 1;
    connectionSocket.reset();
  }

  #closedError(what: string): MisuseError {
    return new MisuseError(
      'ERR_SOCKET_CLOSED',
      `${what}: the welcoming socket is closed`,
    );
  }

  #wrongState(what: string): MisuseError {
    if (this.#state === 'closed') return this.#closedError(what);
    if (this.#state === 'new') {
      return new MisuseError('ERR_NOT_BOUND', `${what}: bind to an address first`);
    }
    if (what === 'accept')
      return new MisuseError('ERR_NOT_BOUND', 'accept: listen first');
    const place = this.#state === 'listening' ? this.address : this.#boundTo;
    const where = place ? ` to ${formatAddress(place)}` : '';
    return new MisuseError(
      'ERR_ALREADY_OPEN',
      `${what}: this socket is already ${this.#state}${where}`,
    );
  }
}
