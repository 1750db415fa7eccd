/**
 * What is inside every socket: its pattern, its endpoints, and the calls that wait.
 *
 *     socket.send ──► core.send ──► pattern.send: done, or false ──► wait until `writable`
 *     socket.receive ─► core.receive ► pattern.receive: parts, or none ► wait until `arrived`
 *
 * A call that need not wait answers with a promise that is resolved already; that, and no
 * other, is why millions of messages a second can pass an `await`.
 */
import { parseEndpoint } from './endpoint.ts';
import type { Context } from './context.ts';
import { systemError, ZmqError } from './errors.ts';
import type {
  Credentials,
  HandshakeError,
  Mechanism,
  NoVerdict,
  Verdict,
} from './mechanisms/mechanism.ts';
import { NullMechanism } from './mechanisms/null.ts';
import { PlainClient, PlainServer } from './mechanisms/plain.ts';
import { type Outgoing, toOutgoing } from './message.ts';
import { Monitor } from './monitor.ts';
import { Options } from './options.ts';
import { patternOf } from './patterns/index.ts';
import type { Pattern } from './patterns/pattern.ts';
import type { Pipe, PipeHost } from './pipe.ts';
import { mayTalk, type TypeName } from './socket-types.ts';
import { InprocPipe } from './transports/inproc.ts';
import { Connector, Listener } from './transports/stream.ts';
import { hold, mayGoOn, nextTurn, release } from './turn.ts';
import { askHandler } from './zap.ts';

const DONE: Promise<void> = Promise.resolve();

interface Waiting<T> {
  message: Outgoing | undefined;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Anything that bind or connect has made. */
interface Owned {
  /** All names by which unbind or disconnect may call it. */
  names: Set<string>;
  bound: boolean;
  busy(): boolean;
  finish(): void;
  destroy(): void;
}

export class Core implements PipeHost {
  readonly type: TypeName;
  readonly context: Context;
  readonly options = new Options();
  readonly pattern: Pattern;
  readonly monitor = new Monitor();
  lastEndpoint: string | null = null;
  closed = false;
  /** Between bind() and its end, or while a proxy runs. */
  blocked = false;
  #closeLater = false;
  #owned: Owned[] = [];
  readonly #pipes = new Set<InprocPipe>();
  #sending: Waiting<void> | undefined;
  #receiving: Waiting<Buffer[]> | undefined;
  #lingering = false;
  #lingerTimer: NodeJS.Timeout | undefined;

  constructor(type: TypeName, context: Context) {
    this.type = type;
    this.context = context;
    this.pattern = patternOf(type, this.options);
    if (type === 'SUB' || type === 'XSUB' || !context.blocky) this.options.linger = 0;
    this.options.ipv6 = context.ipv6;
    if (context.maxMessageSize < 2 ** 31 - 1)
      this.options.maxMessageSize = context.maxMessageSize;
    context.add(this);
  }

  /** @throws {ZmqError} EBADF, EBUSY */
  check(): void {
    if (this.closed) throw new ZmqError('EBADF');
    if (this.blocked) {
      throw new ZmqError('EBUSY', {
        message: 'Socket is blocked by a bind or unbind operation',
      });
    }
  }

  get endpoints(): number {
    return this.#owned.length;
  }

  // ── send and receive ────────────────────────────────────────────────────────────────────

  send(message: unknown): Promise<void> {
    if (this.closed || this.blocked) this.check();
    if (this.#sending) {
      throw new ZmqError('EBUSY', {
        message:
          'Socket is busy writing; only one send operation may be in progress at any time',
      });
    }
    const outgoing = toOutgoing(message);
    try {
      if (!this.pattern.send(outgoing)) return this.#waitToSend(outgoing);
    } catch (error) {
      return failed(error);
    }
    return mayGoOn() ? DONE : nextTurn(undefined);
  }

  #waitToSend(message: Outgoing): Promise<void> {
    const { sendTimeout } = this.options;
    if (sendTimeout === 0) return Promise.reject(new ZmqError('EAGAIN'));
    return new Promise((resolve, reject) => {
      const timer =
        sendTimeout > 0
          ? setTimeout(
              () => this.#endSending()?.reject(new ZmqError('EAGAIN')),
              sendTimeout,
            )
          : undefined;
      hold();
      this.#sending = { message, resolve, reject, timer };
    });
  }

  #endSending(): Waiting<void> | undefined {
    const waiting = this.#sending;
    if (!waiting) return undefined;
    this.#sending = undefined;
    clearTimeout(waiting.timer);
    release();
    return waiting;
  }

  receive(): Promise<Buffer[]> {
    if (this.closed || this.blocked) this.check();
    if (this.#receiving) {
      throw new ZmqError('EBUSY', {
        message:
          'Socket is busy reading; only one receive operation may be in progress at any time',
      });
    }
    try {
      const parts = this.pattern.receive();
      if (parts === undefined) return this.#waitToReceive();
      return mayGoOn() ? Promise.resolve(parts) : nextTurn(parts);
    } catch (error) {
      return failed(error);
    }
  }

  #waitToReceive(): Promise<Buffer[]> {
    const { receiveTimeout } = this.options;
    if (receiveTimeout === 0) return Promise.reject(new ZmqError('EAGAIN'));
    return new Promise((resolve, reject) => {
      const timer =
        receiveTimeout > 0
          ? setTimeout(
              () => this.#endReceiving()?.reject(new ZmqError('EAGAIN')),
              receiveTimeout,
            )
          : undefined;
      hold();
      this.#receiving = { message: undefined, resolve, reject, timer };
    });
  }

  #endReceiving(): Waiting<Buffer[]> | undefined {
    const waiting = this.#receiving;
    if (!waiting) return undefined;
    this.#receiving = undefined;
    clearTimeout(waiting.timer);
    release();
    return waiting;
  }

  /** Something may have come. */
  arrived(): void {
    if (!this.#receiving || this.closed) return;
    let parts: Buffer[] | undefined;
    try {
      parts = this.pattern.receive();
    } catch (error) {
      this.#endReceiving()?.reject(error);
      return;
    }
    if (parts) this.#endReceiving()?.resolve(parts);
  }

  /** There may be room. */
  writable(): void {
    const waiting = this.#sending;
    if (!waiting || this.closed) return;
    try {
      if (!this.pattern.send(waiting.message!)) return;
    } catch (error) {
      this.#endSending()?.reject(error);
      return;
    }
    this.#endSending()?.resolve();
  }

  // ── pipes ───────────────────────────────────────────────────────────────────────────────

  filter(pipe: Pipe, parts: Buffer[]): boolean {
    return !this.pattern.filters || this.pattern.filter(pipe, parts);
  }

  readable(pipe: Pipe): void {
    this.pattern.pipeReadable(pipe);
  }

  attach(pipe: Pipe): void {
    this.pattern.attach(pipe);
    this.writable();
  }

  ready(pipe: Pipe): void {
    this.pattern.ready(pipe);
    this.writable();
    this.arrived();
  }

  lost(pipe: Pipe): void {
    this.pattern.lost(pipe);
    this.arrived();
  }

  detach(pipe: Pipe): void {
    this.pattern.detach(pipe);
    if (pipe instanceof InprocPipe) this.#pipes.delete(pipe);
    this.arrived();
  }

  /** A pipe of inproc:// that came by bind. */
  own(pipe: InprocPipe): void {
    this.#pipes.add(pipe);
  }

  welcomes(type: TypeName): boolean {
    return mayTalk(this.type, type);
  }

  // ── endpoints ───────────────────────────────────────────────────────────────────────────

  async bind(address: string): Promise<void> {
    this.check();
    this.blocked = true;
    try {
      const endpoint = parseEndpoint(address, 'bind');
      if (endpoint.transport === 'inproc') {
        if (this.type === 'STREAM') throw new ZmqError('ENOCOMPATPROTO', { address });
        await nextTurn(undefined); // as long as any bind: nothing else may go on
        this.#bindInproc(endpoint.name, address);
      } else {
        const listener = await Listener.open(this, endpoint);
        this.lastEndpoint = listener.address;
        this.#owned.push({
          names: new Set([address, listener.address]),
          bound: true,
          busy: () => listener.busy,
          finish: () => listener.finish(),
          destroy: () => listener.destroy(),
        });
        this.emit('bind', { address: this.lastEndpoint });
      }
    } catch (error) {
      const known = systemError(error, address);
      // Like libzmq: without its transport, and of those only that listen to the outside.
      const [, transport, where] = /^(tcp|ipc):\/\/(.*)$/.exec(address) ?? [];
      if (transport !== undefined) {
        this.emit('bind:error', { address: where, error: known });
      }
      throw known;
    } finally {
      this.blocked = false;
      if (this.#closeLater) this.close();
    }
  }

  #bindInproc(name: string, address: string): void {
    const { inproc } = this.context;
    if (!inproc.bind(name, this)) throw new ZmqError('EADDRINUSE', { address });
    this.lastEndpoint = address;
    this.#owned.push({
      names: new Set([address]),
      bound: true,
      busy: () => false,
      finish: () => inproc.unbind(name, this),
      destroy: () => inproc.unbind(name, this),
    });
  }

  connect(address: string, routingId?: string): void {
    this.check();
    const endpoint = parseEndpoint(address, 'connect');
    if (endpoint.transport === 'inproc') {
      if (this.type === 'STREAM') throw new ZmqError('ENOCOMPATPROTO', { address });
      const { inproc } = this.context;
      const pipe = inproc.connect(endpoint.name, this, routingId);
      this.#pipes.add(pipe);
      const end = (): void => {
        inproc.forget(endpoint.name, pipe);
        pipe.close();
      };
      this.#owned.push({
        names: new Set([address]),
        bound: false,
        busy: () => false,
        finish: end,
        destroy: end,
      });
    } else {
      const id = routingId === undefined ? undefined : Buffer.from(routingId);
      const connector = new Connector(this, endpoint, address, id);
      this.#owned.push({
        names: new Set([address]),
        bound: false,
        busy: () => connector.busy,
        finish: () => connector.finish(),
        destroy: () => connector.destroy(),
      });
    }
    this.lastEndpoint = address;
  }

  /** @throws {ZmqError} ENOENT when it is not bound there */
  async unbind(address: string): Promise<void> {
    this.check();
    this.blocked = true;
    await nextTurn(undefined);
    this.blocked = false;
    try {
      this.#leave(address, true);
    } finally {
      if (this.#closeLater) this.close();
    }
  }

  disconnect(address: string): void {
    this.check();
    this.#leave(address, false);
  }

  #leave(address: string, bound: boolean): void {
    parseEndpoint(address, bound ? 'bind' : 'connect');
    const at = this.#owned.findIndex(
      (one) => one.bound === bound && one.names.has(address),
    );
    if (at === -1) throw new ZmqError('ENOENT', { address });
    const [one] = this.#owned.splice(at, 1);
    if (this.options.linger === 0) one!.destroy();
    else one!.finish();
  }

  // ── the end ─────────────────────────────────────────────────────────────────────────────

  close(): void {
    if (this.closed) return;
    if (this.blocked) {
      this.#closeLater = true;
      return;
    }
    this.closed = true;
    this.context.remove(this);
    this.#endSending()?.reject(new ZmqError('EAGAIN'));
    this.#endReceiving()?.reject(new ZmqError('EAGAIN'));
    for (const pipe of this.#pipes) pipe.close();
    const { linger } = this.options;
    if (linger === 0) {
      for (const one of this.#owned) one.destroy();
    } else {
      // What waits to be sent keeps the process alive until it has left, or time is up.
      this.#lingering = true;
      hold();
      if (linger > 0) this.#lingerTimer = setTimeout(() => this.#giveUp(), linger);
      for (const one of this.#owned) one.finish();
      this.settled();
    }
    this.emit('end', {});
    this.monitor.close();
  }

  #giveUp(): void {
    for (const one of this.#owned) one.destroy();
    this.settled();
  }

  /** A connection has ended, or sent all: perhaps it was the last that a closed socket had. */
  settled(): void {
    if (!this.#lingering || this.#owned.some((one) => one.busy())) return;
    this.#lingering = false;
    clearTimeout(this.#lingerTimer);
    release();
  }

  // ── what happens ────────────────────────────────────────────────────────────────────────

  emit(type: string, fields: Record<string, unknown>): void {
    if (this.monitor.watched) this.monitor.tell(type, fields);
  }

  emitHandshakeError(address: string, error: HandshakeError): void {
    if (this.monitor.watched) this.monitor.tellHandshake(address, error);
  }

  // ── security ────────────────────────────────────────────────────────────────────────────

  get securityMechanism(): 'plain' | null {
    const { plainServer, plainUsername, plainPassword } = this.options;
    return plainServer || plainUsername !== null || plainPassword !== null
      ? 'plain'
      : null;
  }

  mechanism(): Mechanism {
    const { plainServer, plainUsername, plainPassword, routingId, zapDomain } =
      this.options;
    const metadata = new Map([['Socket-Type', Buffer.from(this.type)]]);
    if (this.type === 'REQ' || this.type === 'DEALER' || this.type === 'ROUTER') {
      metadata.set('Identity', Buffer.from(routingId ?? ''));
    }
    if (plainServer) return new PlainServer(metadata);
    if (this.securityMechanism === 'plain') {
      return new PlainClient(
        metadata,
        Buffer.from(plainUsername ?? ''),
        Buffer.from(plainPassword ?? ''),
      );
    }
    return new NullMechanism(metadata, zapDomain !== null && zapDomain !== '');
  }

  authenticate(
    credentials: Credentials,
    address: string,
    answer: (verdict: Verdict | NoVerdict | undefined) => void,
  ): void {
    const { zapDomain, routingId } = this.options;
    void askHandler(this.context, {
      domain: zapDomain ?? '',
      address,
      identity: routingId ?? '',
      credentials,
    }).then(answer);
  }
}

async function failed(error: unknown): Promise<never> {
  throw error;
}
