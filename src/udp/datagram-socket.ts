/**
 * DatagramSocket: the lecture's UDP calls, awaitable, on `node:dgram`.
 *
 *   client                                server
 *   new DatagramSocket()                  new DatagramSocket()
 *                                         bind({ port: 12000 })
 *   sendto(data, { port: 12000 })  ────►  recvfrom(2048)  →  data, address
 *   recvfrom(2048)                 ◄────  sendto(data, address)
 *   close()
 *
 * One `sendto` is one datagram is one `recvfrom`: boundaries are kept, nothing is split or
 * joined. Nothing else is promised. A datagram may be lost, duplicated or overtaken, and the
 * sender is not told.
 *
 * Two things that Node hides are made visible here:
 *  - `recvfrom(n)` cuts a longer datagram to n bytes, and the rest is gone. Node itself
 *    always reads with 64 KiB, which no datagram exceeds.
 *  - The receive queue is bounded. When the program is too slow to empty it, new datagrams
 *    are dropped, as the kernel does with its own buffer; `dropped` counts them.
 *
 * Sources: udp(7), recv(2), RFC 768.
 * Read next: ../tcp/connection-socket.ts, the same program with a connection.
 */
import {
  createSocket,
  type RemoteInfo,
  type Socket,
  type SocketOptions,
} from 'node:dgram';
import { lookup as lookupWithCallback } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  checkBytes,
  checkFamily,
  checkHost,
  checkPort,
  checkSize,
  familyOf,
  type Family,
  type HostPort,
  inetAddress,
  type InetAddress,
  LOOPBACK,
  Mailbox,
  MisuseError,
  Wait,
  type WaitOptions,
} from '../common/index.ts';

export interface DatagramSocketOptions {
  /** IPv4 (AF_INET) unless told otherwise. */
  family?: Family;
  /** How many received datagrams may wait for `recvfrom`; 256 unless told otherwise. */
  queueLimit?: number;
  /**
   * Bytes that the system keeps for this socket while the program is busy, in its own way of
   * counting: SO_RCVBUF, socket(7). It may grant fewer. The system's default unless given.
   */
  receiveBuffer?: number;
  /** Lets several sockets bind one port: SO_REUSEADDR, socket(7). */
  reuseAddress?: boolean;
  /** On an IPv6 socket: refuse IPv4 peers (IPV6_V6ONLY, ipv6(7)). */
  ipv6Only?: boolean;
}

export interface Received {
  /** At most as many bytes as `recvfrom` asked for; empty for an empty datagram. */
  data: Buffer;
  /** Who sent it: the address to answer to. */
  address: InetAddress;
  /** True when the datagram was longer than asked for. What was cut off is lost. */
  truncated: boolean;
}

const DEFAULT_QUEUE_LIMIT = 256;

export class DatagramSocket implements AsyncDisposable {
  readonly family: Family;
  readonly #socket: Socket;
  readonly #arrived: Mailbox<{ data: Buffer; from: RemoteInfo }>;
  readonly #receiveBuffer: number | undefined;
  #dropped = 0;
  #state: 'new' | 'bound' | 'closed' = 'new';
  #connected = false;
  /** A `bind` or `connect` under way. */
  #opening: Wait<void> | undefined;
  /** An error that came while nobody was waiting: the next call reports it. */
  #pendingError: Error | undefined;

  constructor(options: DatagramSocketOptions = {}) {
    this.family = options.family ?? 'IPv4';
    this.#arrived = new Mailbox(options.queueLimit ?? DEFAULT_QUEUE_LIMIT);
    this.#receiveBuffer = options.receiveBuffer;
    this.#socket = createSocket({
      type: this.family === 'IPv6' ? 'udp6' : 'udp4',
      reuseAddr: options.reuseAddress ?? false,
      ipv6Only: options.ipv6Only ?? false,
      lookup: lookupNames,
    });
    this.#socket.on('message', (data, from) => {
      if (!this.#arrived.put({ data, from })) this.#dropped += 1;
    });
    // Without a listener an 'error' event would end the whole process. A connected UDP
    // socket gets one when the other side answered "port unreachable" (ICMP).
    this.#socket.on('error', (error) => {
      if (this.#opening) this.#opening.reject(error);
      else if (!this.#arrived.fail(error)) this.#pendingError = error;
    });
  }

  /**
   * This socket's own address. A client has one as soon as it has sent or connected.
   * @throws {MisuseError} ERR_NOT_BOUND, ERR_SOCKET_CLOSED
   */
  get address(): InetAddress {
    this.#checkOpen('address');
    this.#checkBound('address');
    return inetAddress(this.#socket.address());
  }

  /** How many datagrams came while the queue was full, and are lost. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many datagrams wait for `recvfrom`. */
  get queued(): number {
    return this.#arrived.length;
  }

  /**
   * Takes an address, so that others can send here. Port 0 lets the system choose a free
   * one; without a host only this machine can reach the socket.
   * @throws {MisuseError} ERR_ALREADY_OPEN, ERR_BAD_ADDRESS, ERR_ADDRESS_FAMILY
   * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOTFOUND from the system
   * @throws {TimedOutError} or the signal's reason; the socket is closed then
   */
  async bind(address: HostPort, options: WaitOptions = {}): Promise<InetAddress> {
    this.#checkOpen('bind');
    if (this.#state === 'bound' || this.#opening) throw alreadyOpen('bind');
    const { host, port } = this.#checkAddress(address, 0);
    await this.#open('bind', options, (done) => this.#socket.bind(port, host, done));
    this.#checkOpen('bind');
    this.#state = 'bound';
    if (this.#receiveBuffer !== undefined) this.#enlarge(this.#receiveBuffer);
    return this.address;
  }

  /**
   * Sends one datagram. It resolves when the system has taken it, which says nothing about
   * its arrival, nor about anybody being there.
   * @returns the number of bytes sent, always all of them
   * @throws EMSGSIZE above 65,507 bytes over IPv4 (65,535 less 8 for UDP and 20 for IP)
   */
  async sendto(data: Uint8Array, address: HostPort): Promise<number> {
    checkBytes('sendto', data);
    this.#checkOpen('sendto');
    if (this.#connected) throw alreadyOpen('sendto', 'connected: use send(data)');
    const { host, port } = this.#checkAddress(address, 1);
    // Node forgets what is sent while a bind goes wrong.
    if (this.#opening) await this.#opening.promise;
    if (!familyOf(host)) return await this.#sendToName(data, host, port);
    return await this.#sent((done) => this.#socket.send(data, port, host, done));
  }

  /**
   * The next datagram, cut to `bufsize` bytes. Those that come first are handed out first;
   * an empty datagram is a datagram.
   * @throws {MisuseError} ERR_NOT_BOUND when nobody can know this socket's address yet
   * @throws {TimedOutError} or the signal's reason; a datagram that comes later is kept
   * @throws ECONNREFUSED on a connected socket: an earlier datagram found nobody
   */
  async recvfrom(bufsize: number, options: WaitOptions = {}): Promise<Received> {
    checkSize('recvfrom', bufsize);
    this.#checkOpen('recvfrom');
    this.#checkBound('recvfrom');
    if (this.queued === 0) this.#throwPendingError();
    const { data, from } = await this.#arrived.take(`recvfrom(${bufsize})`, options);
    return {
      data: data.subarray(0, bufsize),
      address: inetAddress(from),
      truncated: data.length > bufsize,
    };
  }

  /**
   * Fixes the peer. Nothing is sent: "connected" means here only that `send` needs no
   * address, that datagrams of others are filtered out, and that the system reports when
   * the peer's machine says that nobody listens there.
   * @throws {MisuseError} ERR_ALREADY_OPEN, ERR_BAD_ADDRESS, ERR_ADDRESS_FAMILY
   * @throws {TimedOutError} or the signal's reason; the socket is closed then
   */
  async connect(address: HostPort, options: WaitOptions = {}): Promise<void> {
    this.#checkOpen('connect');
    if (this.#connected || this.#opening) throw alreadyOpen('connect');
    const { host, port } = this.#checkAddress(address, 1);
    await this.#open('connect', options, (done) =>
      this.#socket.connect(port, host, done),
    );
    this.#checkOpen('connect');
    this.#state = 'bound';
    this.#connected = true;
  }

  /** Sends one datagram to the peer that `connect` fixed; otherwise as `sendto`. */
  async send(data: Uint8Array): Promise<number> {
    checkBytes('send', data);
    this.#checkOpen('send');
    if (!this.#connected) {
      throw new MisuseError('ERR_NOT_CONNECTED', 'send: connect first, or use sendto');
    }
    this.#throwPendingError();
    return await this.#sent((done) => this.#socket.send(data, done));
  }

  /** Gives the address back. Whoever waits in `recvfrom` gets ERR_SOCKET_CLOSED. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#opening?.reject(closedError('bind or connect'));
    this.#arrived.close(closedError('recvfrom'));
    await new Promise<void>((resolve) => {
      this.#socket.close(resolve);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Not left to Node, which forgets a datagram when the socket closes during the search. */
  async #sendToName(data: Uint8Array, name: string, port: number): Promise<number> {
    const { address } = await lookup(name, this.family === 'IPv6' ? 6 : 4);
    this.#checkOpen('sendto');
    return await this.#sent((done) => this.#socket.send(data, port, address, done));
  }

  /** Sending also gives an address to a socket that has none, so that it can be answered. */
  #sent(
    send: (done: (error: Error | null, bytes: number) => void) => void,
  ): Promise<number> {
    this.#state = 'bound';
    return new Promise((resolve, reject) => {
      send((error, bytes) => {
        if (error) reject(error);
        else resolve(bytes);
      });
    });
  }

  /** `bind` reports failure by the 'error' event, `connect` to its callback. */
  async #open(
    what: string,
    options: WaitOptions,
    start: (done: (error?: Error | null) => void) => void,
  ): Promise<void> {
    const opening = new Wait<void>(what, options, () => void this.close());
    this.#opening = opening;
    try {
      await opening.begin(() =>
        start((error) => (error ? opening.reject(error) : opening.resolve())),
      );
    } finally {
      this.#opening = undefined;
    }
  }

  /** Linux grants what it can; macOS refuses what is too much for it, setsockopt(2). */
  #enlarge(bytes: number): void {
    if (bytes <= this.#socket.getRecvBufferSize()) return;
    try {
      this.#socket.setRecvBufferSize(bytes);
    } catch {
      this.#enlarge(Math.floor(bytes / 2));
    }
  }

  #checkAddress(
    { host, port }: HostPort,
    leastPort: 0 | 1,
  ): { host: string; port: number } {
    const chosen = host ?? LOOPBACK[this.family];
    checkHost(chosen);
    checkPort(port, leastPort);
    checkFamily(chosen, this.family);
    return { host: chosen, port };
  }

  #checkOpen(what: string): void {
    if (this.#state === 'closed') throw closedError(what);
  }

  #checkBound(what: string): void {
    if (this.#state !== 'new') return;
    throw new MisuseError(
      'ERR_NOT_BOUND',
      `${what}: this socket has no address yet, so nobody can send to it: bind or send first`,
    );
  }

  #throwPendingError(): void {
    const error = this.#pendingError;
    this.#pendingError = undefined;
    if (error) throw error;
  }
}

/** Node also sends numeric hosts through its look-up, a moment later; here they go at once. */
const lookupNames: SocketOptions['lookup'] = (host, options, done) => {
  const family = isIP(host);
  if (family === 0) lookupWithCallback(host, options, done);
  else done(null, host, family);
};

function closedError(what: string): MisuseError {
  return new MisuseError('ERR_SOCKET_CLOSED', `${what}: the socket is closed`);
}

function alreadyOpen(
  what: string,
  why = 'this socket already has an address',
): MisuseError {
  return new MisuseError('ERR_ALREADY_OPEN', `${what}: ${why}`);
}
