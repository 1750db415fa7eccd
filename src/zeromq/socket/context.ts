/**
 * What sockets share: the names of inproc://, and defaults for sockets to come.
 *
 * No threads do the work: `ioThreads`, `threadPriority` and `threadSchedulingPolicy` are
 * kept and do nothing.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { ZmqError } from '../base/errors.ts';
import { flag, type Kind, number, type ValuesOf } from '../base/kinds.ts';
import type { SocketHost } from '../transports/host.ts';
import { InprocRegistry } from '../transports/inproc.ts';
import { OtherThreads } from '../transports/threads.ts';
import { checkObject, noMore } from './arguments.ts';
import { numbersOf, OptionsByNumber } from './by-number.ts';

/** Source: zmq_ctx_set(3). */
const OPTIONS = {
  /** False: new sockets have a linger of 0. */
  blocky: { id: 70, ...flag(true) },
  /** How many threads do the work: kept, and does nothing. */
  ioThreads: { id: 1, ...number(1) },
  /** Largest message that a peer of a new socket may send, in bytes. */
  maxMessageSize: { id: 5, ...number(2 ** 31 - 1) },
  /** How many sockets may be open at a time. */
  maxSockets: { id: 2, ...number(1023, 1) },
  /** The `ipv6` of new sockets. */
  ipv6: { id: 42, ...flag(false) },
  /** Kept, and does nothing. */
  threadPriority: number(-1, 0),
  /** Kept, and does nothing. */
  threadSchedulingPolicy: { id: 4, ...number(-1, 0) },
};
type Settings = ValuesOf<typeof OPTIONS>;

// 3 is `threadPriority` where it is written; that has no meaning here.
const NUMBERS: ReadonlyMap<number, string> = numbersOf(OPTIONS).set(3, 'maxSocketsLimit');
const ROWS: [string, Kind<boolean | number>][] = Object.entries(OPTIONS);

/** Where the threads of a process find the values of the default context. */
const SHARED = 'socketlab/zeromq: default context';
const BYTES = ROWS.length * Float64Array.BYTES_PER_ELEMENT;

export interface ContextOptions extends Partial<Settings> {}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- accessors are made below
export interface Context extends Settings {}
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export class Context extends OptionsByNumber {
  /** @internal */
  readonly inproc = new InprocRegistry();
  readonly #sockets = new Set<SocketHost>();
  /** One for each row; of a flag, 0 or 1. */
  #values: Float64Array = Float64Array.from(ROWS, ([, row]) => Number(row.default));

  constructor(options?: ContextOptions) {
    super(NUMBERS);
    noMore(arguments.length, 1);
    checkObject(options);
    Object.seal(this);
    Object.assign(this, options);
  }

  static {
    for (const [at, [name, { default: first, kept }]] of ROWS.entries()) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        get(this: Context) {
          const value = this.#values[at];
          return typeof first === 'boolean' ? value === 1 : value;
        },
        set(this: Context, value: unknown) {
          this.#values[at] = Number(kept(value));
        },
      });
    }
  }

  /**
   * The values become those of the thread that started this one, and of all that this one will
   * start. The names of inproc:// lead to sockets of other threads too.
   * @internal
   */
  share(): this {
    this.inproc.elsewhere = new OtherThreads(this.inproc);
    const known: unknown = getEnvironmentData(SHARED);
    if (known instanceof SharedArrayBuffer && known.byteLength === BYTES) {
      this.#values = new Float64Array(known);
      return this;
    }
    const memory = new SharedArrayBuffer(BYTES);
    const values = new Float64Array(memory);
    values.set(this.#values);
    this.#values = values;
    setEnvironmentData(SHARED, memory);
    return this;
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

/** The context of all sockets that are not given another one. Its options are all threads'. */
export const context = new Context().share();
