/**
 * ConnectionSocket: one end of a TCP connection, with the lecture's calls, on `node:net`.
 *
 *   client                                server
 *   new ConnectionSocket()                (from WelcomingSocket.accept)
 *   connect({ port: 12000 })       ────►
 *   sendall(data)                  ═══►   recv(1024)  →  data, at most 1024 bytes
 *   recv(1024)                     ◄═══   sendall(data)
 *   close()                               close()
 *
 * A connection carries two streams of bytes, one each way. Streams have no messages: the data
 * of two `sendall` calls may arrive in one `recv`, that of one `sendall` in many. What a `recv`
 * leaves is kept for the next one. In return, every byte arrives once and in order, or a call
 * fails.
 *
 * The socket reads nothing from the network before the program calls `recv`, and little more
 * than was asked for after that. So a peer that sends too much fills the system's buffers and
 * has to wait: TCP's flow control.
 *
 * Sources: tcp(7), recv(2), shutdown(2), RFC 9293.
 * Read next: stream-reader.ts for how events become `recv`, welcoming-socket.ts for where a
 * server's connections come from.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type Address,
  breakOff,
  checkBytes,
  checkHost,
  checkPath,
  checkPort,
  checkTimeout,
  familyOf,
  hearOut,
  type HostPort,
  LOOPBACK,
  MisuseError,
  type PathAddress,
  Wait,
  type WaitOptions,
} from '../common/index.ts';
import { StreamReader } from './stream-reader.ts';

export interface ConnectionOptions {
  /** Send small writes at once instead of gathering them: TCP_NODELAY, tcp(7). */
  noDelay?: boolean;
  /**
   * Milliseconds of silence, in whole seconds, after which the system asks whether the peer is
   * still there: SO_KEEPALIVE, tcp(7). Never unless given.
   */
  keepAlive?: number;
}

/** How long `close` waits for a peer that does not take what was sent before, milliseconds. */
const CLOSE_TIMEOUT = 5000;

export class ConnectionSocket implements AsyncDisposable {
  readonly #socket: Socket;
  #state: 'new' | 'connecting' | 'connected' | 'closed';
  readonly #reader: StreamReader;
  #address: Address | undefined;
  #peerAddress: Address | undefined;
  /** What broke the connection; every later call reports it, and `recv` what came before. */
  #failure: Error | undefined;
  /** Send calls that wait until the system has taken their data. */
  readonly #writes = new Set<Wait<void>>();
  #closing: Promise<void> | undefined;

  /** @param accepted a connected `net.Socket` to take over; only `accept` gives one */
  constructor(options: ConnectionOptions = {}, accepted?: Socket) {
    this.#state = accepted ? 'connected' : 'new';
    // allowHalfOpen: when the peer has finished sending we may still answer.
    this.#socket = accepted ?? new Socket({ allowHalfOpen: true });
    this.#socket.setNoDelay(options.noDelay ?? false);
    if (options.keepAlive !== undefined)
      this.#socket.setKeepAlive(true, options.keepAlive);
    hearOut(this.#socket, this.#onFailure);
    this.#socket.on('error', this.#onFailure);
    this.#reader = new StreamReader(this.#socket);
    if (accepted) this.#noteAddresses();
  }

  /**
   * This end's address. A client gets one, with a port of the system's choice, by `connect`.
   * @throws {MisuseError} ERR_NOT_CONNECTED
   */
  get address(): Address {
    if (!this.#address) throw notConnected('address');
    return this.#address;
  }

  /** The other end's address: what tells the connections of one server apart. */
  get peerAddress(): Address {
    if (!this.#peerAddress) throw notConnected('peerAddress');
    return this.#peerAddress;
  }

  /**
   * Makes the connection: three packets, before any data (RFC 9293 §3.5).
   * @throws ECONNREFUSED when nobody listens there; ENOENT for a path; ENOTFOUND for a host
   * @throws {MisuseError} ERR_ALREADY_OPEN, ERR_BAD_ADDRESS
   * @throws {TimedOutError} or the signal's reason; the socket is closed then
   */
  async connect(
    address: HostPort | PathAddress,
    options: WaitOptions = {},
  ): Promise<void> {
    if (this.#state !== 'new') {
      throw new MisuseError('ERR_ALREADY_OPEN', `connect: this socket is ${this.#state}`);
    }
    if ('path' in address) checkPath(address.path);
    else {
      checkPort(address.port, 1);
      if (address.host !== undefined) checkHost(address.host);
    }
    const wait = new Wait<void>('connect', options, () => void this.close());
    // Only 'connect' means success; 'close' follows every failure.
    this.#socket.once('connect', () => {
      this.#state = 'connected';
      this.#noteAddresses(address);
      wait.resolve();
    });
    this.#socket.once('close', () => {
      if (this.#state === 'connecting') this.#state = 'closed';
      wait.reject(this.#failure ?? closedError('connect'));
    });
    await wait.begin(() => {
      this.#state = 'connecting';
      if ('path' in address) this.#socket.connect({ path: address.path });
      else this.#socket.connect(address.port, address.host ?? LOOPBACK.IPv4);
    });
  }

  /**
   * Sends part of the data, or all of it. Simplification: at most one stream
   * buffer (16 KiB on Node 20, 64 KiB from 22 on), whatever room the system's buffer has.
   * @returns the number of bytes sent, 1 or more (0 only for empty data)
   * @throws ECONNRESET, EPIPE when the peer has gone
   * @throws {MisuseError} ERR_SOCKET_CLOSED after `shutdown`, and when `close` gave it up
   */
  async send(data: Uint8Array, options: WaitOptions = {}): Promise<number> {
    checkBytes('send', data);
    const taken = data.subarray(0, this.#socket.writableHighWaterMark);
    await this.#write('send', taken, options);
    return taken.length;
  }

  /**
   * Sends all bytes, waiting while the peer is slower than we are. It resolves when the
   * system has them; that the peer has read them, only an answer can tell.
   * @throws {TimedOutError} or the signal's reason: part may have been sent, so close
   */
  async sendall(data: Uint8Array, options: WaitOptions = {}): Promise<void> {
    checkBytes('sendall', data);
    await this.#write('sendall', data, options);
  }

  /**
   * Waits for bytes, and returns at most `bufsize` of them. The rest stays for the next call.
   * @returns empty when the peer has finished sending
   * @throws ECONNRESET when the connection broke, once all that came before is received
   * @throws {MisuseError} ERR_RECV_BUSY while another `recv` waits on this connection
   * @throws {TimedOutError} or the signal's reason; nothing is lost then
   */
  async recv(bufsize: number, options: WaitOptions = {}): Promise<Buffer> {
    this.#checkConnected('recv');
    return await this.#reader.recv(bufsize, options);
  }

  /**
   * Waits for exactly `length` bytes.
   * @throws {PeerError} ERR_STREAM_ENDED when the peer finished before that; otherwise as recv
   */
  async recvExactly(length: number, options: WaitOptions = {}): Promise<Buffer> {
    this.#checkConnected('recvExactly');
    return await this.#reader.recvExactly(length, options);
  }

  /**
   * `recv` for text in UTF-8, which never corrupts a character that arrived cut in two. If
   * its rest is on the way, this waits for it; if `bufsize` cuts it, it stays whole for the
   * next call. A stream that *ends* inside a character yields U+FFFD for it.
   * @param bufsize the most bytes, 4 or more, so that any one character fits
   * @returns the empty string when the peer has finished sending
   */
  async recvText(bufsize: number, options: WaitOptions = {}): Promise<string> {
    this.#checkConnected('recvText');
    const bytes = await this.#reader.recvText(bufsize, options);
    return bytes.toString('utf8');
  }

  /**
   * Half-close: says that nothing more will be sent, and still receives. The peer's `recv`
   * returns empty once it has read everything. (SHUT_WR of shutdown(2); Node cannot shut
   * the reading half, which nothing on the wire would show either.) A second call changes
   * nothing.
   */
  async shutdown(options: WaitOptions = {}): Promise<void> {
    this.#checkConnected('shutdown');
    if (this.#failure) throw this.#failure;
    if (this.#socket.writableEnded) return;
    const wait = new Wait<void>('shutdown', options);
    await wait.begin(() =>
      this.#socket.end((error?: Error | null) => this.#settle('shutdown', wait, error)),
    );
  }

  /**
   * Sends what is still to be sent, says goodbye (FIN) and closes the socket. Bytes that
   * Node has not read yet make the system send a reset as well (RFC 1122 §4.2.2.13), which
   * may destroy our last words on their way: if those matter, read to the end first. `close`
   * gives a peer that takes nothing five seconds.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#state === 'closed') return;
    const connected = this.#state === 'connected';
    this.#state = 'closed';
    this.#reader.close();
    if (this.#socket.destroyed) return;
    const impatient = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT);
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve());
      if (connected && !this.#failure) this.#socket.destroySoon();
      else this.#socket.destroy();
    });
    clearTimeout(impatient);
  }

  /**
   * Hands the underlying stream to a layer that reads and writes in its own way, such as
   * framing, with what was received and not read. This object is closed then.
   */
  detach(): Duplex {
    this.#checkConnected('detach');
    const stream = this.#reader.detach();
    this.#state = 'closed';
    return stream;
  }

  /**
   * Resets the connection (RST): on Linux the peer can still read what had reached it, then its
   * calls fail with ECONNRESET. A path has no resets: there the peer sees the end of the stream,
   * or ECONNRESET if something that it sent was not read.
   */
  reset(): void {
    this.#checkConnected('reset');
    this.#state = 'closed';
    if ('path' in this.peerAddress) this.#socket.destroy();
    else breakOff(this.#socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #write(
    what: string,
    data: Uint8Array,
    options: WaitOptions,
  ): Promise<void> | undefined {
    this.#checkConnected(what);
    options.signal?.throwIfAborted();
    checkTimeout(options.timeout);
    if (this.#socket.writableEnded) {
      throw new MisuseError(
        'ERR_SOCKET_CLOSED',
        `${what}: shutdown has said that nothing more will be sent`,
      );
    }
    if (this.#failure) throw this.#failure;
    let wait: Wait<void> | undefined;
    this.#socket.write(data, (error) => {
      if (wait) this.#settle(what, wait, error);
    });
    // Usually the system takes all of it at once, and there is nothing to wait for.
    if (this.#socket.writable && this.#socket.writableLength === 0) return undefined;
    wait = new Wait<void>(what, options, (gone) => this.#writes.delete(gone));
    this.#writes.add(wait);
    if (this.#failure) this.#onFailure(this.#failure);
    return wait.promise;
  }

  /** Reading continues: what the peer sent before can still be received. */
  readonly #onFailure = (error: Error): void => {
    this.#failure ??= error;
    for (const wait of this.#writes) wait.reject(this.#failure);
    this.#writes.clear();
  };

  /**
   * For the callbacks of Node's writing calls. What `close` cut off they report as written,
   * as an error of the stream, or (from Node 22 on) as ECANCELED; any other error that has
   * an `errno` is the system's own.
   */
  #settle(what: string, wait: Wait<void>, error?: NodeJS.ErrnoException | null): void {
    this.#writes.delete(wait);
    if (!error && !this.#socket.destroyed) wait.resolve();
    else {
      const system = error?.errno && error.code !== 'ECANCELED' ? error : undefined;
      wait.reject(this.#failure ?? system ?? closedError(what));
    }
  }

  /** The socket forgets its addresses when it closes, but a program may ask for them later. */
  #noteAddresses(connectedTo?: HostPort | PathAddress): void {
    if (connectedTo && 'path' in connectedTo) {
      this.#address = { path: '' };
      this.#peerAddress = { path: connectedTo.path };
      return;
    }
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket;
    this.#address = addressOf(localAddress, localPort);
    this.#peerAddress = addressOf(remoteAddress, remotePort);
  }

  #checkConnected(what: string): void {
    if (this.#state === 'closed') throw closedError(what);
    if (this.#state !== 'connected') throw notConnected(what);
  }
}

/** A socket that has no host and port is one end of a Unix-domain connection. */
function addressOf(host: string | undefined, port: number | undefined): Address {
  if (host === undefined || port === undefined) return { path: '' };
  return { family: familyOf(host) ?? 'IPv4', host, port };
}

function closedError(what: string): MisuseError {
  return new MisuseError('ERR_SOCKET_CLOSED', `${what}: the socket is closed`);
}

function notConnected(what: string): MisuseError {
  return new MisuseError('ERR_NOT_CONNECTED', `${what}: connect first`);
}
