/**
 * Reports who is at the other end: connect() and send() do not fail if a name cannot be resolved,
 * nobody is there, or the peer cannot talk to this type of socket.
 */
import { explain } from '../../common/index.ts';
import type { NetcatIo, NetcatOptions } from './options.ts';
import { type AnySocket, codeOf, inFlags } from './sockets.ts';

/**
 * Milliseconds before a missing peer is reported: the program that starts first may wait a little.
 */
const PATIENCE = 3000;
/** A peer that connects again and again is reported once, and a crowd of strangers not for ever. */
const MOST_TOLD = 10;
/** The option with which a user gives the address. */
const GIVEN = { host: '--connect', port: '--connect', path: '--connect' };

export class Peers {
  /** A peer has been there, or none is to be connected to. */
  #met = false;
  readonly #timer: NodeJS.Timeout;
  readonly #told = new Set<string>();
  readonly #type: string;
  readonly #connect: readonly string[];
  readonly #io: Pick<NetcatIo, 'complain' | 'note'>;
  #meet = (): void => {};

  constructor(
    socket: AnySocket,
    { type, connect }: Pick<NetcatOptions, 'type' | 'connect'>,
    io: Pick<NetcatIo, 'complain' | 'note'>,
  ) {
    this.#type = type;
    this.#connect = connect;
    this.#io = io;
    const where = connect.join(', ');
    const nobody = `nobody has answered at ${where} yet: ${type} keeps trying`;
    this.#timer = setTimeout(() => io.note(nobody), PATIENCE).unref();
    // Nobody answers in a multicast group.
    if (connect.every((one) => one.startsWith('epgm:'))) this.done();
    socket.events.on('close', ({ error }) => this.#failed(error));
    socket.events.on('disconnect', ({ error }) => this.#lost(error));
    socket.events.on('handshake', () => this.done());
    socket.events.on('handshake:error:protocol', (event) => this.#refused(event));
    socket.events.on('handshake:error:auth', (event) => this.#refused(event));
  }

  /** From here on no missing peer is reported. */
  done(): void {
    this.#met = true;
    clearTimeout(this.#timer);
    this.#meet();
  }

  /**
   * Waits until one of the called peers has been there, or `limit` ms have passed: a closed
   * socket still sends what it has, but no longer reports who refuses it.
   * @returns false when the time has passed
   */
  async met(limit: number | undefined): Promise<boolean> {
    if (this.#met) return true;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#meet = resolve;
      if (limit !== undefined) timer = setTimeout(resolve, limit);
    });
    clearTimeout(timer);
    return this.#met;
  }

  /** It is called again, and may be there then. */
  #failed(error: Error | undefined): void {
    if (!error) return;
    clearTimeout(this.#timer);
    const why = explain(inFlags(error), GIVEN);
    this.#tell(why, () => this.#io.note(`${this.#type} keeps trying: ${why}`));
  }

  /** We connect again to a peer that refuses us; what a multicast group lost is lost. */
  #lost(error: Error | undefined): void {
    if (error && codeOf(error) === 'ECONNRESET') {
      this.#tell(error.message, () => this.#io.note(error.message));
    }
    if (!error || codeOf(error) !== 'ECONNREFUSED') return;
    // How often it refused us is not news.
    const why = explain(error).replace(/, \d+ times in a row/, '');
    this.#tell(why, () => this.#io.note(`${this.#type} keeps trying: ${why}`));
  }

  #refused({ address, error }: { address: string; error: Error }): void {
    const { message } = error.cause instanceof Error ? error.cause : error;
    const text = `${address}: ${message}`;
    this.#tell(text, () => {
      // A peer that we connect to is lost for good; one that connects to us is one of many.
      if (this.#connect.includes(address)) this.#io.complain(new Error(text));
      else this.#io.note(text);
    });
    this.done();
  }

  #tell(text: string, tell: () => void): void {
    if (this.#told.has(text) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(text);
    tell();
  }
}
