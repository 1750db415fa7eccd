/**
 * A socket of version 5: it emits its messages, and takes what is to be sent at any time.
 *
 * Two pumps stand between it and a socket of version 6, which can receive one message at a time
 * and wait for room for one:
 *
 *     receive() ──► 'message'             one by one, while it is not paused
 *     send() ──► outbox ──► send()        what finds room at once never waits in the outbox
 *
 * Read next: ../socket/sockets.ts; options.ts, monitor.ts.
 */
import { EventEmitter } from 'node:events';
import { ZmqError } from '../base/errors.ts';
import type { MessageLike } from '../index.ts';
import { CORE } from '../socket/socket.ts';
import * as sockets from '../socket/sockets.ts';
import { ZMQ_SNDMORE } from './constants.ts';
import { monitored } from './monitor.ts';
import {
  getOption,
  type OptionValue,
  setOption,
  type ShortName,
  shortOptions,
} from './options.ts';
import { type Callback, Outbox } from './outbox.ts';

const CLASSES = {
  pair: sockets.Pair,
  req: sockets.Request,
  rep: sockets.Reply,
  pub: sockets.Publisher,
  sub: sockets.Subscriber,
  dealer: sockets.Dealer,
  xreq: sockets.Dealer,
  router: sockets.Router,
  xrep: sockets.Router,
  pull: sockets.Pull,
  push: sockets.Push,
  xpub: sockets.XPublisher,
  xsub: sockets.XSubscriber,
  stream: sockets.Stream,
};
export type SocketType = keyof typeof CLASSES;

/** What must be over before the next message is emitted: a proxy waits for room. */
export const BUSY: unique symbol = Symbol('busy');

/** Of any type, as in the package. */
// oxlint-disable-next-line typescript/no-explicit-any
type ShortOptions = Record<ShortName, any>;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- accessors are made below
export interface Socket extends ShortOptions {}
/**
 * Emits 'message' with the parts, 'bind' and 'unbind' with the address, 'error', and what
 * `monitor` says.
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export class Socket extends EventEmitter {
  readonly type: SocketType;
  /** @internal */
  [BUSY]: Promise<void> | undefined;
  readonly #socket: InstanceType<(typeof CLASSES)[SocketType]>;
  readonly #outbox: Outbox;
  /** Closed, or about to be: nobody is to be surprised by an error then. */
  #ended = false;
  #receiving = false;
  /** A message that came during a pause. */
  #held: Buffer[] | undefined;
  /** The beginning of a message, given with ZMQ_SNDMORE. */
  #begun: MessageLike[] = [];
  /** bind and unbind, one after the other. */
  #binding: Promise<unknown> | undefined;
  #monitored = false;

  /** @throws {Error} when there is no such type */
  constructor(type: SocketType) {
    super();
    if (!Object.hasOwn(CLASSES, type)) throw new Error(`Invalid socket type: ${type}`);
    this.type = type;
    this.#socket = new CLASSES[type]();
    const core = this.#socket[CORE];
    core.patient = true;
    this.#outbox = new Outbox(core, (error, callback) => this.#fail(error, callback));
    void this.#receive();
  }

  get closed(): boolean {
    return this.#socket.closed;
  }

  // ── messages ────────────────────────────────────────────────────────────────────────────

  /**
   * Sends a message, in one part or several, as soon as there is room.
   * @param flags ZMQ_SNDMORE: the next call goes on with this message
   * @param callback called when the message is in a queue, or with the reason why it never will be;
   * without one, 'error' is emitted
   */
  send(
    message: MessageLike | MessageLike[],
    flags?: number | null,
    callback?: Callback,
  ): this {
    this.#begun = this.#begun.concat(message);
    if (((flags ?? 0) & ZMQ_SNDMORE) !== 0) return this;
    const parts = this.#begun;
    this.#begun = [];
    this.#outbox.push(parts, callback);
    return this;
  }

  async #receive(): Promise<void> {
    const core = this.#socket[CORE];
    if (this.#receiving || this.type === 'pub' || this.type === 'push') return;
    this.#receiving = true;
    while (!core.closed && !this.#outbox.paused) {
      try {
        this.#held ??= await core.receive();
      } catch (error) {
        this.#fail(error);
        continue;
      }
      if (this.#outbox.paused || core.closed) continue;
      const parts = this.#held;
      this.#held = undefined;
      await this.#tell('message', ...parts);
      await this[BUSY];
    }
    this.#receiving = false;
  }

  /** What a listener throws is not caught, and the next message comes after it all the same. */
  #tell(event: string, ...values: unknown[]): Promise<void> {
    return new Promise((resolve) => {
      process.nextTick(() => {
        resolve();
        this.emit(event, ...values);
      });
    });
  }

  #fail(error: unknown, callback?: Callback): void {
    if (callback) queueMicrotask(() => callback(error as Error));
    else if (!this.#ended) queueMicrotask(() => this.emit('error', error));
  }

  /** Neither emits messages nor sends any, until `resume`. */
  pause(): void {
    this.#outbox.paused = true;
  }

  resume(): void {
    this.#outbox.paused = false;
    void this.#receive();
    this.#outbox.flush();
  }

  /** @throws {ZmqError} ENOTSUP: listen to 'message' */
  read(): never {
    throw new ZmqError('ENOTSUP', { hint: "Use on('message', …)" });
  }

  // ── endpoints ───────────────────────────────────────────────────────────────────────────

  /** Emits 'bind' when it is bound. */
  bind(address: string, callback?: Callback): this {
    this.#later(() => this.#socket.bind(address), 'bind', address, callback);
    return this;
  }

  /** Emits 'unbind' when it is done. */
  unbind(address: string, callback?: Callback): this {
    this.#later(() => this.#socket.unbind(address), 'unbind', address, callback);
    return this;
  }

  /**
   * Over inproc:// it is bound when this returns. Elsewhere Node listens in a later turn: an
   * address that cannot be bound is then an 'error'.
   */
  bindSync(address: string): void {
    try {
      this.#socket.bindSync(address);
    } catch (error) {
      if ((error as ZmqError).code !== 'ENOTSUP') throw error;
      this.#later(() => this.#socket.bind(address));
    }
  }

  unbindSync(address: string): void {
    if (this.#binding) this.#later(() => this.#socket.unbind(address));
    else this.#socket.unbindSync(address);
  }

  #later(
    work: () => Promise<void>,
    event?: string,
    address?: string,
    callback?: Callback,
  ): void {
    const run = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        this.#fail(error, callback);
        return;
      }
      if (event !== undefined) void this.#tell(event, address);
      if (callback) process.nextTick(callback);
    };
    const done = this.#binding ? this.#binding.then(run) : run();
    this.#binding = done;
    void done.then(() => {
      if (this.#binding === done) this.#binding = undefined;
      this.#outbox.flush(); // it may be closed now
    });
  }

  connect(address: string): this {
    this.#socket.connect(address);
    return this;
  }

  disconnect(address: string): this {
    this.#socket.disconnect(address);
    return this;
  }

  /** Messages that have found no room by now are not sent, and their callbacks are told. */
  close(): this {
    this.#ended = true;
    this.#socket.close();
    this.#outbox.flush();
    return this;
  }

  // ── the rest ────────────────────────────────────────────────────────────────────────────

  /** From now on emits 'connect', 'listen', 'accept', 'disconnect' and others: see monitor.ts. */
  monitor(interval?: number, most?: number): this {
    if (interval !== undefined || most !== undefined) {
      process.emitWarning('monitor() takes no arguments: every event is emitted at once');
    }
    if (!this.#monitored) void this.#watch();
    return this;
  }

  async #watch(): Promise<void> {
    this.#monitored = true;
    for await (const [event, ...values] of monitored(this.#socket.events)) {
      await this.#tell(event, ...values);
    }
  }

  /** For good. */
  unmonitor(): this {
    this.#socket.events.close();
    return this;
  }

  /** @throws {Error} unless it is a sub */
  subscribe(topic: string | Buffer): this {
    this.#subscriber().subscribe(topic);
    return this;
  }

  unsubscribe(topic: string | Buffer): this {
    this.#subscriber().unsubscribe(topic);
    return this;
  }

  #subscriber(): sockets.Subscriber {
    if (this.#socket instanceof sockets.Subscriber) return this.#socket;
    throw new Error('Subscriber socket required');
  }

  getsockopt(option: number | ShortName): OptionValue {
    return getOption(this.#socket, option);
  }

  setsockopt(option: number | ShortName, value: OptionValue): this {
    setOption(this.#socket, option, value);
    return this;
  }
}

for (const name of Object.keys(shortOptions) as ShortName[]) {
  Object.defineProperty(Socket.prototype, name, {
    get(this: Socket) {
      return this.getsockopt(name);
    },
    set(this: Socket, value: OptionValue) {
      this.setsockopt(name, value);
    },
  });
}
