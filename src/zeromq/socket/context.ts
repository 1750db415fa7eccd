/**
 * What sockets share: the names of inproc://, and defaults for sockets to come.
 *
 * There are no threads here: `ioThreads`, `threadPriority` and `threadSchedulingPolicy` are
 * kept and do nothing.
 */
import { ZmqError } from '../base/errors.ts';
import type { SocketHost } from '../transports/host.ts';
import { InprocRegistry } from '../transports/inproc.ts';
import {
  checkObject,
  noMore,
  NumberedOptions,
  type OptionTable,
  TABLE,
} from './numbered-options.ts';

export interface ContextOptions {
  blocky?: boolean;
  ioThreads?: number;
  maxMessageSize?: number;
  maxSockets?: number;
  ipv6?: boolean;
  threadPriority?: number;
  threadSchedulingPolicy?: number;
}

/** Least value of each number; booleans have none. */
const LEAST = { ioThreads: 0, maxMessageSize: 0, maxSockets: 1 } as const;
const NAMES = [
  'blocky',
  'ioThreads',
  'maxMessageSize',
  'maxSockets',
  'ipv6',
  'threadPriority',
  'threadSchedulingPolicy',
] as const;

/** Source: zmq_ctx_set(3). */
const NUMBERS: OptionTable = {
  1: ['ioThreads', 'int'],
  2: ['maxSockets', 'int'],
  3: ['maxSocketsLimit', 'int'],
  4: ['threadSchedulingPolicy', 'int'],
  5: ['maxMessageSize', 'int'],
  42: ['ipv6', 'int'],
  70: ['blocky', 'int'],
};

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- accessors are made below
export interface Context extends Required<ContextOptions> {}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export class Context extends NumberedOptions {
  /** @internal */
  readonly inproc = new InprocRegistry();
  readonly #sockets = new Set<SocketHost>();
  readonly #values: Required<ContextOptions> = {
    /** False: new sockets have a linger of 0. */
    blocky: true,
    ioThreads: 1,
    maxMessageSize: 2 ** 31 - 1,
    maxSockets: 1023,
    ipv6: false,
    threadPriority: -1,
    threadSchedulingPolicy: -1,
  };

  constructor(options?: ContextOptions) {
    noMore(arguments.length, 1);
    checkObject(options);
    super();
    Object.seal(this);
    Object.assign(this, options);
  }

  static {
    for (const name of NAMES) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: Context) {
          return this.#values[name];
        },
        set(this: Context, value: unknown) {
          const now = this.#values[name];
          if (typeof value !== typeof now) {
            throw new TypeError(`Option value must be a ${typeof now}`);
          }
          const least = name in LEAST ? LEAST[name as keyof typeof LEAST] : -Infinity;
          if (typeof value === 'number' && !(value >= least)) {
            throw new ZmqError('EINVAL');
          }
          (this.#values as Record<string, unknown>)[name] = value;
        },
      });
    }
  }

  /** @internal */
  get [TABLE](): OptionTable {
    return NUMBERS;
  }

  /** To what `maxSockets` may be set. */
  get maxSocketsLimit(): number {
    return 65_535;
  }

  /**
   * @internal
   * @throws {ZmqError} EMFILE beyond `maxSockets`
   */
  add(socket: SocketHost): void {
    if (this.#sockets.size >= this.maxSockets) throw new ZmqError('EMFILE');
    this.#sockets.add(socket);
  }

  /** @internal */
  remove(socket: SocketHost): void {
    this.#sockets.delete(socket);
  }
}

/** Of all sockets that are given no other. */
export const context = new Context();
