/**
 * What happens to a socket's connections, as events: read one by one, or listened to.
 *
 * The names are the native engine's: accept, bind, connect, connect:delay, connect:retry,
 * disconnect, close, end, handshake, and accept:error, bind:error, handshake:error:protocol,
 * handshake:error:auth, handshake:error:other.
 */
import { EventEmitter } from 'node:events';
import { ZmqError } from '../base/errors.ts';
import { misused, refused } from '../base/turn.ts';
import type { Monitor, MonitorEvent } from './monitor.ts';
import { noMore } from './arguments.ts';

interface EventAddress {
  address: string;
}
interface EventError<E extends Error = ZmqError> {
  error: E;
}
export type Event =
  | ({ type: 'accept' } & EventAddress)
  | ({ type: 'accept:error' } & EventAddress & EventError)
  | ({ type: 'bind' } & EventAddress)
  | ({ type: 'bind:error' } & EventAddress & EventError)
  | ({ type: 'connect' } & EventAddress)
  | ({ type: 'connect:delay' } & EventAddress)
  | ({ type: 'connect:retry'; interval: number } & EventAddress)
  /** The error says why there is no connection; the native engine does not. */
  | ({ type: 'close'; error?: Error } & EventAddress)
  | ({ type: 'close:error' } & EventAddress & EventError)
  /** The error says which rule the peer broke, or that it hangs up; the native one does not. */
  | ({ type: 'disconnect'; error?: Error } & EventAddress)
  | { type: 'end' }
  | ({ type: 'handshake' } & EventAddress)
  | ({ type: 'handshake:error:protocol' } & EventAddress &
      /** The hint says which rule was broken; the native engine has none. */
      EventError<Error & { code: string; hint?: string }>)
  | ({ type: 'handshake:error:auth' } & EventAddress &
      EventError<Error & { status: number }>)
  | ({ type: 'handshake:error:other' } & EventAddress & EventError)
  | { type: 'unknown' };
export type EventType = Event['type'];
export type EventOfType<E extends EventType = EventType> = Extract<Event, { type: E }>;

export class Observer {
  readonly #monitor: Monitor;
  #emitter: EventEmitter | undefined;

  /** Use `socket.events`. */
  constructor(monitor: Monitor) {
    this.#monitor = monitor;
    monitor.watched = true;
  }

  get closed(): boolean {
    return this.#monitor.closed && this.#monitor.empty;
  }

  close(): void {
    noMore(arguments.length, 0);
    this.#monitor.watched = false;
    this.#monitor.close();
  }

  /** Rejects with {@link ZmqError} EBADF, EBUSY. @throws {Error} after `on` */
  receive(): Promise<Event> {
    noMore(arguments.length, 0);
    if (this.#emitter) {
      const why =
        'Observer is in event emitter mode. After a call to events.on() it is not possible ' +
        'to read events with events.receive().';
      return misused(new Error(why));
    }
    return this.#next();
  }

  #next(): Promise<Event> {
    const monitor = this.#monitor;
    const event = monitor.take();
    if (event) return Promise.resolve(event as Event);
    if (monitor.closed) return refused(new ZmqError('EBADF'));
    if (monitor.waiting) {
      const message =
        'Observer is busy reading; only one receive operation may be in progress at any time';
      return refused(new ZmqError('EBUSY', { message }));
    }
    return monitor.wait().then((found) => {
      if (found) return found as Event;
      throw new ZmqError('EAGAIN');
    });
  }

  on<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): this {
    this.#emitter ??= this.#emit();
    this.#emitter.on(type, listener as (data: unknown) => void);
    return this;
  }

  off<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): this {
    this.#emitter?.off(type, listener as (data: unknown) => void);
    return this;
  }

  #emit(): EventEmitter {
    const emitter = new EventEmitter();
    const run = async (): Promise<void> => {
      for (;;) {
        const monitor = this.#monitor;
        const event: MonitorEvent | undefined =
          monitor.take() ?? (monitor.closed ? undefined : await monitor.wait());
        if (!event) return;
        emitter.emit(event.type, event);
      }
    };
    void run();
    return emitter;
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return {
      next: async () => {
        if (this.closed) return { value: undefined, done: true };
        try {
          return { value: await this.receive(), done: false };
        } catch (error) {
          if (this.closed) return { value: undefined, done: true };
          throw error;
        }
      },
    };
  }
}
