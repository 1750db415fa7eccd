/**
 * What an experiment works with: sockets, which the lab closes afterwards, ports, programs and
 * waiting. Each run of an experiment has its own lab.
 *
 * To show that something does *not* happen, an experiment has to wait, and says for how long
 * and why that is enough (`stillPending`). Every other wait is for an event, not for a time.
 *
 * Read next: run.ts, which opens and closes it.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address, HostPort } from '../../common/index.ts';
import {
  type Accepted,
  type ConnectionOptions,
  ConnectionSocket,
  type WelcomingOptions,
  WelcomingSocket,
} from '../../tcp/index.ts';
import { DatagramSocket, type DatagramSocketOptions } from '../../udp/index.ts';
import type { Program } from './program.ts';

/** A wait for something that did not happen. */
export interface Silence {
  milliseconds: number;
  /** Why that is long enough. */
  because: string;
}

/** Passed in, not imported: the code that starts processes would slow each of them down. */
type StartProgram = (role: string, given?: unknown, alone?: readonly string[]) => Program;

/** Anything that can be closed, ours or Node's own. */
interface Closable {
  close(done?: () => void): unknown;
}

/** Time between two checks of a condition, in milliseconds. */
const LOOK = 2;

/** Above the tests' own ports, below the ephemeral ones (common/process/free-port.ts). */
const [FIRST_PORT, PLACES] = [20_001, 3300];

export class Lab {
  /** Aborts when the run is over: its time is up, or the user pressed Ctrl-C. */
  readonly signal: AbortSignal;
  readonly silences: Silence[] = [];
  readonly #start: StartProgram | undefined;
  readonly #kept: (Closable | Socket)[] = [];
  #closed = false;

  /** @param start starts a program of the experiment; a program itself starts none */
  constructor(signal: AbortSignal = new AbortController().signal, start?: StartProgram) {
    this.signal = signal;
    this.#start = start;
  }

  /**
   * Registers something to be closed afterwards. An 'error' event of a bare socket no longer
   * ends the process.
   * @throws the signal's reason when the run is over, so that the experiment stops
   */
  keep<T extends Closable | Socket>(thing: T): T {
    if ('on' in thing) thing.on('error', () => {});
    if (this.#closed) {
      close(thing).catch(() => {});
      this.signal.throwIfAborted();
      throw new Error('the experiment is over');
    }
    this.#kept.push(thing);
    return thing;
  }

  /** A UDP socket bound to a port of this machine that the system chose. */
  async datagramSocket(options?: DatagramSocketOptions): Promise<DatagramSocket> {
    const socket = this.keep(new DatagramSocket({ queueLimit: 100_000, ...options }));
    await socket.bind({ port: 0 });
    return socket;
  }

  /** A TCP server's welcoming socket, by default at a port that the system chose. */
  async welcomingSocket(
    options?: WelcomingOptions,
    port = 0,
    backlog = 511,
  ): Promise<WelcomingSocket> {
    const socket = this.keep(new WelcomingSocket(options));
    await socket.bind({ port });
    await socket.listen(backlog);
    return socket;
  }

  /** A TCP client that has connected. */
  async connectedTo(
    { address }: { address: Address | HostPort },
    options?: ConnectionOptions,
  ): Promise<ConnectionSocket> {
    const socket = this.keep(new ConnectionSocket(options));
    await socket.connect(address);
    return socket;
  }

  /** The next connection of a server. */
  async accept(door: WelcomingSocket): Promise<Accepted> {
    const accepted = await door.accept();
    this.keep(accepted.connectionSocket);
    return accepted;
  }

  /** Both ends of a connection. Neither reads before `recv` is called. */
  async connection(
    options?: ConnectionOptions,
  ): Promise<{ client: ConnectionSocket; server: ConnectionSocket }> {
    const door = await this.welcomingSocket(options);
    const client = await this.connectedTo(door, options);
    const { connectionSocket } = await this.accept(door);
    return { client, server: connectionSocket };
  }

  /** The same with Node's own sockets, for what ours would hide. Neither reads by itself. */
  async bareConnection(): Promise<{ client: Socket; server: Socket }> {
    const door = this.keep(createServer({ pauseOnConnect: true })).listen(0, '127.0.0.1');
    await once(door, 'listening');
    const client = this.keep(connect((door.address() as AddressInfo).port, '127.0.0.1'));
    const [[accepted]] = (await Promise.all([
      once(door, 'connection'),
      once(client, 'connect'),
    ])) as [[Socket], unknown];
    return { client, server: this.keep(accepted) };
  }

  /**
   * A port of this machine where nobody listens, for UDP and for TCP. Other labs do not use it
   * until this process ends.
   */
  async freePort(): Promise<number> {
    // Imported only when needed: otherwise every child program would start later.
    const { freePort } = await import('../../common/process/index.ts');
    return await freePort(FIRST_PORT + 3 * Math.floor(Math.random() * PLACES));
  }

  /**
   * Starts one of the experiment's programs as a process of its own.
   * @param alone in a network of its own, which these shell commands prepare; Linux only
   */
  program(role: string, given?: unknown, alone?: readonly string[]): Program {
    return this.keep(this.#start!(role, given, alone));
  }

  /**
   * Whether a promise is still unsettled after this many milliseconds. The promise stays
   * usable: it may settle later.
   */
  async stillPending(
    promise: Promise<unknown>,
    milliseconds: number,
    because: string,
  ): Promise<boolean> {
    let settled = false;
    const event = promise.then(
      () => (settled = true),
      () => (settled = true),
    );
    let timer: NodeJS.Timeout | undefined;
    const time = new Promise((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([time, event]);
    clearTimeout(timer);
    // On a busy machine this timer may be late: what has arrived by now arrived in time.
    if (!settled) await new Promise((resolve) => setImmediate(resolve));
    if (!settled) this.silences.push({ milliseconds, because });
    return !settled;
  }

  /**
   * For a promise that is awaited later. When the run ends before that, the closing of its
   * socket rejects it, and nobody needs to handle that.
   */
  later<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    return promise;
  }

  /** Waits until the condition holds. */
  async until(is: () => boolean): Promise<void> {
    while (!is()) {
      this.signal.throwIfAborted();
      await sleep(LOOK);
    }
  }

  /** Closes everything, the last opened first. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#kept.toReversed().map(close));
  }
}

async function close(thing: Closable | Socket): Promise<void> {
  if (thing instanceof Socket) thing.destroy();
  // Not awaited: a server waits for its connections, which are closed at the same time.
  else if (thing instanceof Server) thing.close();
  else if (thing instanceof ConnectionSocket) await breakOff(thing);
  else await thing.close();
}

/** Resets the connection: a polite close would wait for a peer that reads nothing. */
async function breakOff(connection: ConnectionSocket): Promise<void> {
  try {
    connection.reset();
  } catch {
    await connection.close(); // it was never connected, or is closed
  }
}

/** The code of the error that an attempt ends with; `'done'` when it succeeds. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** The port of an address that is not a path. */
export function portOf(address: Address): number {
  return 'port' in address ? address.port : NaN;
}

/** What a connection receives next, in words: bytes, its end, or the code of an error. */
export async function nextOn(connection: ConnectionSocket): Promise<string> {
  try {
    const { length } = await connection.recv(1024);
    return length === 0 ? 'the end of the stream' : `${length} bytes`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
