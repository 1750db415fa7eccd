/**
 * What all types of sockets have in common for the program: endpoints, options, events.
 *
 * The names, defaults and errors are those of the `zeromq` package, version 6: to go over to
 * the native engine, change the import.
 *
 * Read next: sockets.ts; core.ts, which does the work.
 */
import { Context, context as globalContext } from './context.ts';
import { ZmqError } from '../base/errors.ts';
import type { Options } from '../base/options.ts';
import { SocketType, TYPE_NAMES } from '../zmtp/index.ts';
import { Core } from './core.ts';
import {
  checkObject,
  noMore,
  NumberedOptions,
  type OptionTable,
  TABLE,
} from './numbered-options.ts';
import { Observer } from './observer.ts';
import { OPTION_NUMBERS } from './option-numbers.ts';
import { securityMechanism } from './security.ts';

export const CORE: unique symbol = Symbol('core');

/** Options that every type has. */
type CommonOption =
  | 'affinity'
  | 'rate'
  | 'recoveryInterval'
  | 'linger'
  | 'reconnectInterval'
  | 'backlog'
  | 'reconnectMaxInterval'
  | 'maxMessageSize'
  | 'tcpKeepalive'
  | 'tcpKeepaliveCount'
  | 'tcpKeepaliveIdle'
  | 'tcpKeepaliveInterval'
  | 'immediate'
  | 'ipv6'
  | 'plainServer'
  | 'plainUsername'
  | 'plainPassword'
  | 'zapDomain'
  | 'zapEnforceDomain'
  | 'typeOfService'
  | 'handshakeInterval'
  | 'socksProxy'
  | 'heartbeatInterval'
  | 'heartbeatTimeToLive'
  | 'heartbeatTimeout'
  | 'connectTimeout'
  | 'tcpMaxRetransmitTimeout'
  | 'multicastMaxTransportDataUnit'
  | 'interface'
  | 'loopbackFastPath';

const COMMON: readonly CommonOption[] = [
  'affinity',
  'rate',
  'recoveryInterval',
  'linger',
  'reconnectInterval',
  'backlog',
  'reconnectMaxInterval',
  'maxMessageSize',
  'tcpKeepalive',
  'tcpKeepaliveCount',
  'tcpKeepaliveIdle',
  'tcpKeepaliveInterval',
  'immediate',
  'ipv6',
  'plainServer',
  'plainUsername',
  'plainPassword',
  'zapDomain',
  'zapEnforceDomain',
  'typeOfService',
  'handshakeInterval',
  'socksProxy',
  'heartbeatInterval',
  'heartbeatTimeToLive',
  'heartbeatTimeout',
  'connectTimeout',
  'tcpMaxRetransmitTimeout',
  'multicastMaxTransportDataUnit',
  'interface',
  'loopbackFastPath',
];

/** Those that may be negative: −1 stands for "the system's default", or "for ever". */
const FROM_MINUS_ONE = new Set<keyof Options>([
  'linger',
  'sendTimeout',
  'receiveTimeout',
  'reconnectInterval',
  'maxMessageSize',
  'tcpKeepalive',
  'tcpKeepaliveCount',
  'tcpKeepaliveIdle',
  'tcpKeepaliveInterval',
  'heartbeatTimeout',
  'sendBufferSize',
  'receiveBufferSize',
]);
/** Those that hold for connections that are there already. */
const AT_ONCE = new Set<keyof Options>([
  'linger',
  'mandatory',
  'probeRouter',
  'verbosity',
  'correlate',
  'relaxed',
  'handover',
  'sendHighWaterMark',
  'receiveHighWaterMark',
  'sendTimeout',
  'receiveTimeout',
]);

type Settings<K extends keyof Options> = { -readonly [P in K]: Options[P] };

/** Whatever options a type has, and its context. */
export type SocketOptions<K extends keyof Options> = Partial<
  Settings<K | CommonOption> & { context: Context }
>;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- accessors are made below
export interface Socket extends Settings<CommonOption> {}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export abstract class Socket extends NumberedOptions {
  /** @internal */
  declare readonly [CORE]: Core;
  #observer: Observer | undefined;

  /** @throws {TypeError} for what is no type, or no options; {@link ZmqError} EINVAL, EMFILE */
  protected constructor(type: SocketType, given?: { context?: Context } & object) {
    noMore(arguments.length, 2);
    if (typeof type !== 'number') throw new TypeError('Socket type must be a number');
    checkObject(given);
    const { context = globalContext, ...options } = given ?? {};
    checkContext(context);
    const name = TYPE_NAMES[type];
    if (name === undefined) throw new ZmqError('EINVAL');
    super();
    // Whoever prints a socket wants no screenful of what is inside.
    Object.defineProperty(this, CORE, { value: new Core(name, context) });
    // An option that does not exist is an error, and not one more property.
    Object.seal(this);
    Object.assign(this, options);
  }

  /** @internal */
  get [TABLE](): OptionTable {
    return OPTION_NUMBERS;
  }

  get context(): Context {
    return this[CORE].context;
  }

  get events(): Observer {
    this.#observer ??= new Observer(this[CORE].monitor);
    return this.#observer;
  }

  get closed(): boolean {
    return this[CORE].closed;
  }

  /** Whether the next receive() will not wait. */
  get readable(): boolean {
    return !this[CORE].closed && this[CORE].pattern.readable;
  }

  /** Whether the next send() will not wait. */
  get writable(): boolean {
    return !this[CORE].closed && this[CORE].pattern.writable;
  }

  /**
   * Messages that were dropped because a queue was full: once for each peer that missed one.
   * The native engine has no such counter.
   */
  get dropped(): number {
    return this[CORE].pattern.dropped;
  }

  get type(): SocketType {
    return TYPE_NAMES.indexOf(this[CORE].type) as SocketType;
  }

  get lastEndpoint(): string | null {
    return this[CORE].lastEndpoint;
  }

  get securityMechanism(): null | 'plain' {
    return securityMechanism(this[CORE].options);
  }

  get threadSafe(): boolean {
    return false;
  }

  /** @throws {ZmqError} EADDRINUSE, EADDRNOTAVAIL, EINVAL, EPROTONOSUPPORT, EBADF, EBUSY */
  bind(address: string): Promise<void> {
    noMore(arguments.length, 1);
    this[CORE].check();
    return this[CORE].bind(text(address));
  }

  /** @throws {ZmqError} ENOENT when it is not bound there */
  unbind(address: string): Promise<void> {
    noMore(arguments.length, 1);
    const core = this[CORE];
    core.check();
    return core.unbind(text(address));
  }

  /** Returns at once; the connection is made, and made again, in the background. */
  connect(address: string): void {
    noMore(arguments.length, 1);
    this[CORE].connect(text(address));
  }

  disconnect(address: string): void {
    noMore(arguments.length, 1);
    this[CORE].disconnect(text(address));
  }

  /** What is queued is still sent, for as long as `linger` says. */
  close(): void {
    noMore(arguments.length, 0);
    this[CORE].close();
  }
}

function checkContext(context: unknown): void {
  if (context instanceof Context) return;
  if (typeof context === 'object' && context !== null) throw new ZmqError('EINVAL');
  throw new TypeError('Context must be a context object');
}

export function text(address: unknown): string {
  if (typeof address === 'string') return address;
  throw new TypeError('Address must be a string');
}

/** Gives a class the accessors of its options. */
export function defineOptions(
  prototype: Socket,
  names: readonly (keyof Options)[],
): void {
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: Socket) {
        return this[CORE].options[name];
      },
      set(this: Socket, value: unknown) {
        const core = this[CORE];
        const { options } = core;
        checkOption(name, options[name], value);
        if ((core.endpoints > 0 || core.blocked) && !AT_ONCE.has(name)) {
          process.emitWarning(
            'Socket option will not take effect until next connect/bind.',
          );
        }
        if (typeof value === 'number' && value > Number.MAX_SAFE_INTEGER) {
          process.emitWarning(
            'Value is larger than Number.MAX_SAFE_INTEGER and may have been rounded inaccurately.',
          );
        }
        (options as unknown as Record<string, unknown>)[name] = Buffer.isBuffer(value)
          ? value.toString()
          : value;
      },
    });
  }
}

const NULLABLE = new Set<keyof Options>([
  'plainUsername',
  'plainPassword',
  'zapDomain',
  'routingId',
  'welcomeMessage',
  'interface',
  'socksProxy',
]);

/** libzmq has no name and no password of no characters. */
const NOT_EMPTY = new Set<keyof Options>(['plainUsername', 'plainPassword', 'routingId']);

function checkOption(name: keyof Options, now: unknown, value: unknown): void {
  if (name === 'verbosity') return;
  if (NULLABLE.has(name)) {
    if (value !== null && typeof value !== 'string' && !Buffer.isBuffer(value)) {
      throw new TypeError('Option value must be a string or buffer');
    }
    if (value === null) {
      if (name === 'routingId') throw new ZmqError('EINVAL');
      return;
    }
    const { length } = Buffer.from(value);
    if (length > 255 || (length === 0 && NOT_EMPTY.has(name)))
      throw new ZmqError('EINVAL');
    return;
  }
  if (typeof value !== typeof now) {
    throw new TypeError(`Option value must be a ${typeof now}`);
  }
  if (typeof value !== 'number') return;
  const least = FROM_MINUS_ONE.has(name) ? -1 : 0;
  if (!(value >= least)) throw new ZmqError('EINVAL');
}

defineOptions(Socket.prototype, COMMON);
