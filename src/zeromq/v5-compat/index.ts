/**
 * The API of version 5 of the `zeromq` package, as in its `zeromq/v5-compat`: sockets that emit
 * what they receive, and callbacks.
 *
 *     import * as zmq from '…/zeromq/v5-compat/index.ts';     this engine
 *     import * as zmq from 'zeromq/v5-compat.js';             the native one
 *
 *     const pull = zmq.socket('pull').connect('tcp://127.0.0.1:5555');
 *     pull.on('message', (text) => console.log(String(text)));
 *
 * Read next: socket.ts.
 */
import { context, curveKeyPair } from '../index.ts';
import { type OptionValue, type ShortName } from './options.ts';
import { Socket, type SocketType } from './socket.ts';

export * from './constants.ts';
export { version } from '../index.ts';
export { type OptionValue, shortOptions as options } from './options.ts';
export { proxy } from './proxy.ts';
export type { Callback } from './outbox.ts';
export { Socket, type SocketType } from './socket.ts';

/**
 * @param options by their short names
 * @throws {Error} when there is no such type; {@link ZmqError} EMFILE
 */
export function createSocket(
  type: SocketType,
  options: Partial<Record<ShortName, OptionValue>> = {},
): Socket {
  return Object.assign(new Socket(type), options);
}
export { createSocket as socket };

/** The context of all sockets. */
export class Context {
  /** @throws {Error} always: there is one context */
  constructor() {
    throw new Error('Context cannot be instantiated in compatibility mode');
  }

  /** Kept, and does nothing: there are no threads. */
  static setMaxThreads(value: number): void {
    context.ioThreads = value;
  }

  static getMaxThreads(): number {
    return context.ioThreads;
  }

  static setMaxSockets(value: number): void {
    context.maxSockets = value;
  }

  static getMaxSockets(): number {
    return context.maxSockets;
  }
}

/** @throws {ZmqError} ENOTSUP: there is no CURVE here */
export function curveKeypair(): { public: string; secret: string } {
  const { publicKey, secretKey } = curveKeyPair();
  return { public: publicKey, secret: secretKey };
}
