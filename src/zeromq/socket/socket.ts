/**
 * What all types of sockets have in common for the program: endpoints, options, events.
 *
 * The names, defaults and errors are those of the `zeromq` package, version 6: to move to the
 * native engine, change the import.
 *
 * Read next: sockets.ts; core.ts, which does the work.
 */
import { ZmqError } from '../base/errors.ts';
import { type Option, OPTIONS, type OptionsOf } from '../base/options.ts';
import { SocketType, TYPE_NAMES, type TypeName } from '../zmtp/index.ts';
import { checkObject, noMore } from './arguments.ts';
import { numbersOf, OptionsByNumber } from './by-number.ts';
import { Context, context as globalContext } from './context.ts';
import { Core } from './core.ts';
import { Observer } from './observer.ts';
import { securityMechanism } from './security.ts';

export const CORE: unique symbol = Symbol('core');

const NUMBERS: ReadonlyMap<number, string> = numbersOf(OPTIONS)
  .set(16, 'type')
  .set(32, 'lastEndpoint')
  .set(81, 'threadSafe');

/** Whatever options a type has, and its context. */
export type SocketOptions<Type extends TypeName> = Partial<
  OptionsOf<Type> & { context: Context }
>;

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- accessors are made below
export interface Socket extends OptionsOf<TypeName> {}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export abstract class Socket extends OptionsByNumber {
  /** @internal */
  declare readonly [CORE]: Core;
  #observer: Observer | undefined;

  /** @throws {TypeError} for an invalid type or options; {@link ZmqError} EINVAL, EMFILE */
  protected constructor(type: SocketType, given?: { context?: Context } & object) {
    super(NUMBERS);
    noMore(arguments.length, 2);
    if (typeof type !== 'number') throw new TypeError('Socket type must be a number');
    checkObject(given);
    const { context = globalContext, ...options } = given ?? {};
    checkContext(context);
    const name = TYPE_NAMES[type];
    if (name === undefined) throw new ZmqError('EINVAL');
    // Printing a socket should not fill the screen with what is inside.
    Object.defineProperty(this, CORE, { value: new Core(name, context) });
    // An option that does not exist is an error, and not one more property.
    Object.seal(this);
    Object.assign(this, options);
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
   * Messages that were dropped, once for each peer that missed one: because a queue was full,
   * or because `linger` was over. The native engine has no such counter.
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
    return this[CORE].bind(text(address));
  }

  /** @throws {ZmqError} ENOENT when it is not bound there */
  unbind(address: string): Promise<void> {
    noMore(arguments.length, 1);
    return this[CORE].unbind(text(address));
  }

  /** For inproc:// alone. @throws {ZmqError} ENOTSUP for tcp:// and ipc:// */
  bindSync(address: string): void {
    noMore(arguments.length, 1);
    this[CORE].bindSync(text(address));
  }

  unbindSync(address: string): void {
    noMore(arguments.length, 1);
    this[CORE].unbindSync(text(address));
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

/** Gives a class the options of its type; without one, those that all types have. */
export function defineOptions(prototype: Socket, type?: TypeName): void {
  for (const [name, option] of Object.entries<Option>(OPTIONS)) {
    const has = type ? option.sockets?.includes(type) : option.sockets === undefined;
    if (has) defineOption(prototype, name as keyof typeof OPTIONS, option);
  }
}

function defineOption(
  prototype: Socket,
  name: keyof typeof OPTIONS,
  { kept, effect, default: first }: Option,
): void {
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: Socket) {
      const value = this[CORE].options[name];
      return Buffer.isBuffer(value) ? value.toString() : value;
    },
    set(this: Socket, value: unknown) {
      const core = this[CORE];
      const setting = kept(value);
      if (effect === 'ENOTSUP' && setting !== first) {
        throw new ZmqError('ENOTSUP', { hint: `Node cannot set ${name}` });
      }
      if ((core.endpoints > 0 || core.blocked) && effect !== 'at once') {
        process.emitWarning(
          'Socket option will not take effect until next connect/bind.',
        );
      }
      if (typeof setting === 'number' && setting > Number.MAX_SAFE_INTEGER) {
        process.emitWarning(
          'Value is larger than Number.MAX_SAFE_INTEGER and may have been rounded inaccurately.',
        );
      }
      (core.options as Record<string, unknown>)[name] = setting;
    },
  });
}

defineOptions(Socket.prototype);
