/**
 * A WebSocket that looks like a TCP connection to an engine: ZMTP's bytes in, ZMTP's bytes out.
 *
 *     engine ── bytes ──► ToWebSocket ── frames ──────────────► net.Socket
 *     engine ◄── bytes ── FromWebSocket ◄── messages ── ws ◄─── net.Socket
 *
 * What the engine says before the WebSocket is open waits in the stream.
 */
import type * as net from 'node:net';
import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Rest } from '../../pipes/wire-pipe.ts';
import { EMPTY, type Mechanism, type TypeName } from '../../zmtp/index.ts';
import { lastOf, restOf } from '../rest.ts';
import { encodeFrames, type Masks } from './frames.ts';
import { FromWebSocket, ToWebSocket } from './zws.ts';

/** Before its first message no peer needs more than this, in bytes: headers, and a command. */
const FIRST = 128 * 1024;
/** When this many bytes wait for a peer, its pings are not answered any more. */
const UNREAD = 64 * 1024;
/** Of WebSocket's close codes (RFC 6455, 7.4.1). */
const [NORMAL, WRONG_DATA] = [1000, 1003];

export interface Opened {
  /** Paused until somebody listens. */
  webSocket: WebSocket;
  subprotocol: string;
  /** A client's. */
  masks?: Masks;
}

export class WebSocketStream extends Duplex {
  readonly #socket: net.Socket;
  readonly #mechanism: Mechanism['name'];
  readonly #type: TypeName;
  readonly #open: () => Promise<Opened>;
  #webSocket!: WebSocket;
  #isOpen = false;
  #from!: FromWebSocket;
  #to!: ToWebSocket;
  #masks: Masks | undefined;
  /** What has arrived in this turn of the event loop. */
  #came: Buffer[] = [];
  /** Frames that the connection has been given, and the bytes that they were made of. */
  #flying: Buffer = EMPTY;
  #flyingFrom = 0;
  #soon = false;

  /** @param socket is connected; the WebSocket is opened over it by `open` */
  constructor(
    socket: net.Socket,
    mechanism: Mechanism['name'],
    type: TypeName,
    open: () => Promise<Opened>,
  ) {
    super();
    this.#socket = socket;
    this.#mechanism = mechanism;
    this.#type = type;
    this.#open = open;
    socket.once('close', () => this.#over());
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  unref(): void {
    this.#socket.unref();
  }

  /** As a net.Socket's: what was written still leaves. */
  destroySoon(): void {
    this.#soon = true;
    this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  override destroy(error?: Error): this {
    // Without its connection no WebSocket will open, and nothing else would end it.
    if (!this.#isOpen) this.#socket.destroy();
    return super.destroy(error);
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open().then(
      ({ webSocket, subprotocol, masks }) => {
        this.#from = new FromWebSocket(subprotocol, this.#type);
        this.#to = new ToWebSocket(subprotocol, masks);
        this.#masks = masks;
        this.#webSocket = webSocket;
        this.#isOpen = true;
        this.push(this.#from.greeting(this.#mechanism));
        this.#listen(webSocket);
        callback();
      },
      (error: Error) => callback(error),
    );
  }

  #listen(webSocket: WebSocket): void {
    const limit = this.#socket.bytesRead + FIRST;
    const first = (): void => {
      if (this.#socket.bytesRead > limit) this.destroy();
    };
    this.#socket.on('data', first);
    webSocket.once('message', () => this.#socket.off('data', first));
    webSocket.on('message', (message: Buffer, isBinary) => {
      if (isBinary) this.#hear(this.#from.message(message));
      else webSocket.close(WRONG_DATA, 'ZeroMQ needs binary messages');
    });
    webSocket.on('ping', (body) => this.#answer(body));
    webSocket.on('pong', () => this.#hear([this.#from.pong()]));
    webSocket.on('close', () => this.#over());
    webSocket.on('error', () => {}); // 'close' follows
  }

  /** Not by `ws`: what has been written must be known. */
  #answer(ping: Buffer): void {
    if (this.#socket.writableLength > UNREAD) return;
    const pong = encodeFrames([{ type: 'pong', body: ping }], this.#masks);
    this.#keep(pong);
    this.#socket.write(pong);
  }

  /** Adds to what the connection still holds of what it was given, pongs included. */
  #keep(bytes: Buffer): void {
    const left = this.#socket.writableLength;
    this.#flying =
      left === 0
        ? bytes
        : Buffer.concat([...(lastOf([this.#flying], left) ?? []), bytes]);
  }

  #hear(pieces: readonly Buffer[]): void {
    if (this.#came.length === 0) process.nextTick(() => this.#handOn());
    this.#came.push(...pieces);
  }

  #handOn(): void {
    const came = this.#came;
    this.#came = [];
    if (came.length === 0 || this.destroyed) return;
    if (!this.push(Buffer.concat(came))) this.#webSocket.pause();
  }

  #over(): void {
    if (this.destroyed || this.readableEnded) return;
    this.#handOn();
    this.push(null);
  }

  override _read(): void {
    this.#webSocket.resume();
  }

  override _write(
    chunk: Buffer,
    encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this._writev([{ chunk, encoding }], callback);
  }

  override _writev(
    chunks: readonly { chunk: Buffer; encoding: BufferEncoding }[],
    callback: (error?: Error | null) => void,
  ): void {
    const frames = chunks.map(({ chunk }) => this.#to.push(chunk));
    const bytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
    this.#keep(bytes);
    this.#flyingFrom = chunks.reduce((sum, { chunk }) => sum + chunk.length, 0);
    this.#socket.write(bytes, (error) => {
      if (this.#socket.writableLength === 0) this.#flying = EMPTY;
      this.#flyingFrom = 0;
      callback(error);
    });
  }

  /**
   * What the system has not taken, at the end of the process; afterwards nothing can be written.
   * @param given the last bytes that this stream was given
   * @param waiting those that it would be given next
   */
  rest(given: readonly Uint8Array[], waiting: readonly Uint8Array[]): Rest | undefined {
    const rest = restOf(this.#socket, [this.#flying]);
    const unmade = lastOf(given, this.writableLength - this.#flyingFrom);
    if (!rest || !unmade) return undefined;
    const frames = [...unmade, ...waiting].map((bytes) => this.#to.push(bytes));
    return { fd: rest.fd, bytes: [...rest.bytes, ...frames] };
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#webSocket.close(NORMAL);
    // A peer that does not answer must not keep the process alive.
    (this.#webSocket as { _closeTimer?: NodeJS.Timeout })._closeTimer?.unref();
    this.#socket.write('', callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (this.#soon && !error) this.#socket.destroySoon();
    else this.#socket.destroy();
    callback(error);
  }
}
