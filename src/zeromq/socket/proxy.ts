/**
 * A device: whatever one socket receives, the other sends, in both directions.
 *
 *     queue      Router ⇄ Dealer          many clients, many servers
 *     forwarder  XSubscriber ⇄ XPublisher many publishers, many subscribers
 *     streamer   Pull → Push              many producers, many workers
 *
 * Source: zmq_proxy_steerable(3).
 */
import type { Core } from './core.ts';
import { ZmqError } from '../base/errors.ts';
import { refused } from '../base/turn.ts';
import { TYPE_NAMES, type TypeName } from '../zmtp/index.ts';
import { noMore } from './arguments.ts';
import { CORE, Socket } from './socket.ts';

const allBut = (...others: TypeName[]): Set<TypeName> =>
  new Set(TYPE_NAMES.filter((name) => !others.includes(name)));
const RECEIVES = allBut('PUB', 'PUSH', 'RADIO', 'SCATTER');
const SENDS = allBut('SUB', 'PULL', 'DISH', 'GATHER');

export class Proxy<F extends Socket = Socket, B extends Socket = Socket> {
  readonly frontEnd: F;
  readonly backEnd: B;
  #running = false;
  #terminated = false;
  #resume: (() => void) | undefined;
  #paused: Promise<void> | undefined;

  /**
   * @throws {TypeError} without sockets; {@link ZmqError} EINVAL for objects that are not
   * sockets
   */
  constructor(frontEnd: F, backEnd: B) {
    noMore(arguments.length, 2);
    checkSocket(frontEnd, 'Front-end');
    checkSocket(backEnd, 'Back-end');
    this.frontEnd = frontEnd;
    this.backEnd = backEnd;
  }

  /** Resolves after `terminate`; both sockets are closed then. */
  async run(): Promise<void> {
    const [front, back] = [this.frontEnd[CORE], this.backEnd[CORE]];
    try {
      checkReady(front, 'Front-end');
      checkReady(back, 'Back-end');
    } catch (error) {
      await refused(error);
    }
    this.#running = true;
    try {
      await Promise.all([this.#carry(front, back), this.#carry(back, front)]);
    } finally {
      this.#running = false;
      front.close();
      back.close();
    }
  }

  async #carry(from: Core, to: Core): Promise<void> {
    if (!RECEIVES.has(from.type) || !SENDS.has(to.type)) return;
    while (!from.closed && !to.closed) {
      try {
        const parts = await from.receive();
        if (this.#paused) await this.#paused;
        await to.send(parts, true); // what it has received it must not lose
      } catch (error) {
        const { code } = error as { code?: string };
        if (this.#terminated || from.closed || to.closed) return;
        if (code !== 'EAGAIN' && code !== 'EFSM' && code !== 'EHOSTUNREACH') {
          from.close();
          to.close();
          throw error;
        }
      }
    }
  }

  /** Messages wait in the queues until `resume`. */
  pause(): void {
    noMore(arguments.length, 0);
    this.#check();
    this.#paused ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    noMore(arguments.length, 0);
    this.#check();
    this.#resume?.();
    this.#paused = undefined;
    this.#resume = undefined;
  }

  terminate(): void {
    noMore(arguments.length, 0);
    this.#check();
    this.#terminated = true;
    this.#resume?.();
    this.frontEnd.close();
    this.backEnd.close();
  }

  #check(): void {
    if (!this.#running) throw new ZmqError('EBADF');
  }
}

function checkReady(core: Core, name: string): void {
  if (core.endpoints > 0 && !core.closed) {
    core.check();
    return;
  }
  throw new ZmqError('EINVAL', { message: `${name} socket must be bound or connected` });
}

function checkSocket(value: unknown, name: string): void {
  if (value instanceof Socket) return;
  if (typeof value === 'object' && value !== null) throw new ZmqError('EINVAL');
  throw new TypeError(`${name} must be a socket object`);
}
