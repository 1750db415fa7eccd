/**
 * What sockets share: the names of inproc://, and defaults for sockets to come.
 *
 * There are no threads here: `ioThreads`, `threadPriority` and `threadSchedulingPolicy` are
 * kept and do nothing.
 */
import type { Core } from './core.ts';
import { InprocRegistry } from './transports/inproc.ts';

export interface ContextOptions {
  blocky?: boolean;
  ioThreads?: number;
  maxMessageSize?: number;
  maxSockets?: number;
  ipv6?: boolean;
  threadPriority?: number;
  threadSchedulingPolicy?: number;
}

export class Context {
  /** False: new sockets have a linger of 0. */
  blocky = true;
  ioThreads = 1;
  maxMessageSize = 2 ** 31 - 1;
  maxSockets = 1023;
  ipv6 = false;
  threadPriority = -1;
  threadSchedulingPolicy = -1;
  readonly maxSocketsLimit = 65_535;
  /** @internal */
  readonly inproc = new InprocRegistry();
  readonly #sockets = new Set<Core>();

  constructor(options: ContextOptions = {}) {
    Object.seal(this);
    Object.assign(this, options);
  }

  /** @internal */
  get count(): number {
    return this.#sockets.size;
  }

  /** @internal */
  add(core: Core): void {
    this.#sockets.add(core);
  }

  /** @internal */
  remove(core: Core): void {
    this.#sockets.delete(core);
  }
}

/** Of all sockets that are given no other. */
export const context = new Context();
