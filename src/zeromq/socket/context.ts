/**
 * What sockets share: the names of inproc://, and defaults for sockets to come.
 *
 * There are no threads here: `ioThreads`, `threadPriority` and `threadSchedulingPolicy` are
 * kept and do nothing.
 */
import { ZmqError } from '../base/errors.ts';
import { defaultsOf, flag, number, type ValuesOf } from '../base/kinds.ts';
import type { SocketHost } from '../transports/host.ts';
import { InprocRegistry } from '../transports/inproc.ts';
import { checkObject, noMore } from './arguments.ts';

/** Source: zmq_ctx_set(3). */
const OPTIONS = {
  /** False: new sockets have a linger of 0. */
  blocky: flag(true),
  /** How many threads do the work: kept, and does nothing. */
  ioThreads: number(1),
  /** Largest message that a peer of a new socket may send, in bytes. */
  maxMessageSize: number(2 ** 31 - 1),
  /** How many sockets may be open at a time. */
  maxSockets: number(1023, 1),
  /** The `ipv6` of new sockets. */
  ipv6: flag(false),
  /** Kept, and does nothing. */
  threadPriority: number(-1, -Infinity),
  /** Kept, and does nothing. */
  threadSchedulingPolicy: number(-1, -Infinity),
};
type Settings = ValuesOf<typeof OPTIONS>;

export interface ContextOptions extends Partial<Settings> {}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- accessors are made below
export interface Context extends Settings {}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export class Context {
  /** @internal */
  readonly inproc = new InprocRegistry();
  readonly #sockets = new Set<SocketHost>();
  readonly #values = defaultsOf(OPTIONS);

  constructor(options?: ContextOptions) {
    noMore(arguments.length, 1);
    checkObject(options);
    Object.seal(this);
    Object.assign(this, options);
  }

  static {
    for (const [name, { kept }] of Object.entries(OPTIONS)) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: Context) {
          return this.#values[name as keyof Settings];
        },
        set(this: Context, value: unknown) {
          Object.assign(this.#values, { [name]: kept(value) });
        },
      });
    }
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

/** The context of all sockets that are not given another one. */
export const context = new Context();
