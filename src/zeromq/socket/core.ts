/**
 * What is inside every socket: its pattern, its endpoints, and the calls that wait.
 *
 *     socket.send ──► core.send ──► pattern.send: done, or false ──► wait until `writable`
 *     socket.receive ─► core.receive ► pattern.receive: parts, or none ► wait until `arrived`
 *
 * A call that need not wait returns a promise that is already resolved; only in this way can
 * millions of messages a second pass an `await`.
 */
import type { Context } from './context.ts';
import { ZmqError } from '../base/errors.ts';
import { defaultOptions } from '../base/options.ts';
import { hold, mayGoOn, misused, nextTurn, refused, release } from '../base/turn.ts';
import { type Pattern, patternOf } from '../patterns/index.ts';
import type { Pipe } from '../pipes/pipe.ts';
import type { SocketHost } from '../transports/host.ts';
import {
  type Credentials,
  type HandshakeError,
  type Mechanism,
  type NoVerdict,
  toOutgoing,
  type TypeName,
  type Verdict,
} from '../zmtp/index.ts';
import { Endpoints } from './endpoints.ts';
import './last-words.ts';
import { Monitor } from './monitor.ts';
import { PendingCall } from './pending-call.ts';
import { mechanismOf } from './security.ts';
import { askZapHandler, ZAP_ENDPOINT } from './zap.ts';

const WELCOME: Verdict = { status: 200, userId: '' };
const DONE: Promise<void> = Promise.resolve();
/** How long the program's ZAP handler may take, in milliseconds. */
const ZAP_TIMEOUT = 10_000;

export class Core implements SocketHost {
  readonly type: TypeName;
  readonly context: Context;
  readonly options = defaultOptions();
  readonly pattern: Pattern;
  readonly monitor = new Monitor();
  closed = false;
  /** Between bind() and its end, or while a proxy runs. */
  blocked = false;
  /**
   * For a program of callbacks, which cannot await: nothing is refused during bind(), and a message
   * that is out of turn waits for its turn.
   */
  patient = false;
  #closeLater = false;
  readonly #endpoints: Endpoints;
  readonly #sending = new PendingCall<void>();
  #retrying = false;
  readonly #receiving = new PendingCall<Buffer[]>();
  #lingering = false;
  #lingerTimer: NodeJS.Timeout | undefined;

  constructor(type: TypeName, context: Context) {
    this.type = type;
    this.context = context;
    this.pattern = patternOf(type, this.options);
    this.#endpoints = new Endpoints(this, context.inproc);
    if (type === 'SUB' || type === 'XSUB' || !context.blocky) this.options.linger = 0;
    this.options.ipv6 = context.ipv6;
    if (context.maxMessageSize < 2 ** 31 - 1)
      this.options.maxMessageSize = context.maxMessageSize;
    context.add(this);
  }

  /** @throws {ZmqError} EBADF, EBUSY */
  check(): void {
    if (this.closed) throw new ZmqError('EBADF');
    if (this.#refusing) throw busy('blocked by a bind or unbind operation');
  }

  get #refusing(): boolean {
    return this.blocked && !this.patient;
  }

  /** Whether a message waits for room, or for its turn. */
  get sending(): boolean {
    return this.#sending.waits;
  }

  get endpoints(): number {
    return this.#endpoints.count;
  }

  get lastEndpoint(): string | null {
    return this.#endpoints.last;
  }

  // ── send and receive ────────────────────────────────────────────────────────────────────

  /** @param forever whether it waits for room whatever `sendTimeout` and `noDrop` say */
  send(message: unknown, forever = false): Promise<void> {
    if (this.closed || this.#refusing || this.#sending.waits) return this.#misuse('send');
    const outgoing = toOutgoing(message);
    const timeout = forever ? -1 : this.options.sendTimeout;
    try {
      if (!this.pattern.send(outgoing)) return this.#sending.start(timeout, outgoing);
    } catch (error) {
      if (forever && isFull(error)) return this.#sending.start(timeout, outgoing);
      if (!this.patient || !outOfTurn(error)) return refused(error);
      return this.#sending.start(timeout, outgoing, () => error);
    }
    if (this.#receiving.waits) this.arrived(); // it may be its turn now
    return mayGoOn(this.pattern.more) ? DONE : nextTurn(undefined);
  }

  receive(): Promise<Buffer[]> {
    if (this.closed || this.#refusing || this.#receiving.waits) {
      return this.#misuse('receive');
    }
    try {
      const parts = this.pattern.receive();
      if (parts) {
        if (this.#sending.waits) this.writable(); // it may be its turn now
        return mayGoOn() ? Promise.resolve(parts) : nextTurn(parts);
      }
    } catch (error) {
      // Out of turn it waits for its turn, as with the native engine.
      if (!outOfTurn(error)) return refused(error);
    }
    return this.#receiving.start(this.options.receiveTimeout, undefined, this.#late);
  }

  readonly #late = (): unknown => {
    try {
      this.pattern.receive();
    } catch (error) {
      return error;
    }
    return new ZmqError('EAGAIN');
  };

  #misuse(call: 'send' | 'receive'): Promise<never> {
    try {
      this.check();
      const doing = call === 'send' ? 'writing' : 'reading';
      throw busy(
        `busy ${doing}; only one ${call} operation may be in progress at any time`,
      );
    } catch (error) {
      return misused(error);
    }
  }

  /** Something may have arrived. */
  arrived(): void {
    if (!this.#receiving.waits || this.closed) return;
    try {
      const parts = this.pattern.receive();
      if (!parts) return;
      this.#receiving.resolve(parts);
      this.writable(); // it may be its turn now
    } catch (error) {
      if (!outOfTurn(error)) this.#receiving.reject(error);
    }
  }

  /** There may be room. */
  writable(): void {
    if (!this.#sending.waits || this.closed || this.#retrying) return;
    // Over inproc:// the message may be read, and there be room again, before `send` returns.
    this.#retrying = true;
    try {
      if (!this.pattern.send(this.#sending.message!)) return;
      this.#sending.resolve();
      this.arrived();
    } catch (error) {
      if (!outOfTurn(error) && !isFull(error)) this.#sending.reject(error);
    } finally {
      this.#retrying = false;
    }
  }

  // ── pipes ───────────────────────────────────────────────────────────────────────────────

  filter(pipe: Pipe, parts: Buffer[]): boolean {
    return !this.pattern.filters || this.pattern.filter(pipe, parts);
  }

  readable(pipe: Pipe): void {
    this.pattern.pipeReadable(pipe);
  }

  attach(pipe: Pipe): void {
    if (pipe.local) this.#endpoints.own(pipe);
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
    if (pipe.local) this.#endpoints.disown(pipe);
    this.pattern.detach(pipe);
    this.writable(); // who waits for this peer alone waits in vain
    this.arrived();
  }

  // ── endpoints ───────────────────────────────────────────────────────────────────────────

  bind(address: string): Promise<void> {
    return this.#alone(() => this.#endpoints.bind(address));
  }

  bindSync(address: string): void {
    this.check();
    this.#endpoints.bindSync(address);
  }

  unbindSync(address: string): void {
    this.check();
    this.#endpoints.leave(address, true);
  }

  unbind(address: string): Promise<void> {
    return this.#alone(async () => {
      await nextTurn(undefined);
      this.#endpoints.leave(address, true);
    });
  }

  connect(address: string, routingId?: Buffer): void {
    this.check();
    this.#endpoints.connect(address, routingId);
  }

  disconnect(address: string): void {
    this.check();
    this.#endpoints.leave(address, false);
  }

  /** Nothing else may be done meanwhile. */
  async #alone(work: () => Promise<void>): Promise<void> {
    try {
      this.check();
      this.blocked = true;
      try {
        await work();
      } finally {
        this.blocked = false;
        if (this.#closeLater) this.close();
      }
    } catch (error) {
      await refused(error);
    }
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
    if (this.#sending.waits) this.#sending.reject(new ZmqError('EAGAIN'));
    if (this.#receiving.waits) this.#receiving.reject(this.#late());
    this.#endpoints.closeInproc();
    const { linger } = this.options;
    if (linger === 0) {
      this.#giveUp();
    } else {
      // What waits to be sent keeps the process alive until it has left, or time is up.
      this.#lingering = true;
      hold();
      if (linger > 0) this.#lingerTimer = setTimeout(() => this.#giveUp(), linger);
      this.#endpoints.finish();
      this.settled();
    }
    this.emit('end', {});
    this.monitor.close();
  }

  /** What has not left by now never will. */
  #giveUp(): void {
    this.pattern.dropped += this.#endpoints.leftOver();
    this.#endpoints.destroy();
    this.settled();
  }

  /** A connection has ended, or sent all: perhaps it was the last that a closed socket had. */
  settled(): void {
    if (!this.#lingering || this.#endpoints.busy) return;
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

  mechanism(): Mechanism {
    return mechanismOf(this.type, this.options);
  }

  authenticate(
    credentials: Credentials,
    address: string,
    answer: (verdict: Verdict | NoVerdict | undefined) => void,
  ): void {
    const { zapDomain, zapEnforceDomain, routingId } = this.options;
    // As in libzmq: a NULL peer names nobody, so there is nothing to check.
    const lenient = credentials.mechanism === 'NULL' && !zapEnforceDomain;
    void askZapHandler(() => this.#connectToZapHandler(), {
      domain: zapDomain ?? '',
      address,
      identity: routingId ?? '',
      credentials,
    }).then((verdict) => answer(verdict ?? (lenient ? WELCOME : undefined)));
  }

  #connectToZapHandler(): Core | undefined {
    if (!this.context.inproc.has(ZAP_ENDPOINT)) return undefined;
    const dealer = new Core('DEALER', this.context);
    dealer.options.linger = 0;
    dealer.options.receiveTimeout = ZAP_TIMEOUT;
    dealer.connect(`inproc://${ZAP_ENDPOINT}`);
    return dealer;
  }
}

function outOfTurn(error: unknown): boolean {
  return (error as ZmqError).code === 'EFSM';
}

function isFull(error: unknown): boolean {
  return (error as ZmqError).code === 'EAGAIN';
}

function busy(how: string): ZmqError {
  return new ZmqError('EBUSY', { message: `Socket is ${how}` });
}
