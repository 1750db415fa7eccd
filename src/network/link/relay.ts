/**
 * What a relay is, whatever it carries: a place to listen at, a target, clients for whom there
 * is room or not, and an end.
 *
 * Read next: datagram-relay.ts and stream-relay.ts, the two of them.
 */
import { type HostPort, type InetAddress, Wait } from '../../common/index.ts';
import type { Bottlenecks, LinkOptions, Seen } from './model/index.ts';
import { checkNoLoop, numeric, wholeFrom1 } from './relay-address.ts';

export interface RelayOptions {
  /** Where clients send or connect to; port 0 lets the system choose. */
  listen: HostPort;
  /** Where what they send goes on to. */
  to: HostPort;
  /** A perfect link unless told otherwise. */
  link?: LinkOptions | undefined;
  /** Closes the relay when it aborts. */
  signal?: AbortSignal | undefined;
  /** The link's rate and queue, if another relay shares them; its own unless given. */
  bottlenecks?: Bottlenecks | undefined;
  /** Told once, when there is no room for one more client. It must not throw. */
  onFull?: ((most: number) => void) | undefined;
  /** Told when a conversation is over. It must not throw. */
  onOver?: (() => void) | undefined;
  /** Told what it sees of the two ends. It must not throw, nor keep the bytes. */
  onSeen?: ((seen: Seen) => void) | undefined;
}

/** How many clients there may be at a time, unless told otherwise. */
const MOST = 500;

export abstract class Relay implements AsyncDisposable {
  /** Where it passes on to. */
  readonly target: InetAddress;
  protected readonly most: number;
  protected readonly openedAt = performance.now();
  /** Clients for whom there was no room. */
  protected turnedAway = 0;
  /** How often nobody was listening at the target. */
  protected nobodyThere = 0;
  readonly #signal: AbortSignal | undefined;
  readonly #onFull: ((most: number) => void) | undefined;
  #address: InetAddress | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    target: InetAddress,
    { onFull, signal }: Pick<RelayOptions, 'onFull' | 'signal'>,
    most = MOST,
  ) {
    this.target = target;
    this.#signal = signal;
    this.#onFull = onFull;
    this.most = wholeFrom1('clients', most);
  }

  /** Where clients send or connect to. */
  get address(): InetAddress {
    return this.#address!;
  }

  protected get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Called once, by whoever made it. */
  async open(listen: InetAddress): Promise<void> {
    checkNoLoop(listen, this.target);
    const opening = new Wait<void>('relay', { signal: this.#signal });
    try {
      await opening.begin(() => this.listen(listen, opening));
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#address = this.bound();
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Ends at once: what is on its way is lost. */
  async close(): Promise<void> {
    this.#closing ??= this.#end();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** There is no room for a client. */
  protected turnAway(): void {
    this.turnedAway += 1;
    if (this.turnedAway === 1) this.#onFull?.(this.most);
  }

  /** Begins to listen: tells `opening` of success, and of every error, even later ones. */
  protected abstract listen(address: InetAddress, opening: Wait<void>): void;

  /** Where it listens. */
  protected abstract bound(): InetAddress;

  /** Releases everything that it holds. */
  protected abstract release(): Promise<void>;

  readonly #onAbort = (): void => void this.close();

  async #end(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await this.release();
  }
}

/**
 * Opens what `make` returns, with both addresses looked up.
 * @throws {MisuseError} ERR_BAD_LINK, ERR_BAD_ADDRESS, ERR_BAD_ARGUMENT
 * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, ENOTFOUND from the system, or the signal's reason
 */
export async function opened<R extends Relay>(
  { listen, to, signal }: RelayOptions,
  make: (target: InetAddress) => R,
): Promise<R> {
  signal?.throwIfAborted();
  const relay = make(await numeric(to, 1));
  await relay.open(await numeric(listen, 0));
  return relay;
}
