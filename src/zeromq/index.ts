/**
 * ZeroMQ's patterns on raw sockets, with the API of the `zeromq` package, version 6.
 *
 *     import { Push } from '…/zeromq/index.ts';     this engine
 *     import { Push } from 'zeromq';                the native one
 *
 * docs/zeromq.md shows how a message travels through these files.
 */
import { ZmqError } from './base/errors.ts';
import * as contexts from './socket/context.ts';
import { needsNew } from './socket/needs-new.ts';
import * as observers from './socket/observer.ts';
import * as proxies from './socket/proxy.ts';
import * as sockets from './socket/socket.ts';

export { context, type ContextOptions } from './socket/context.ts';
export type { Message, MessageLike } from './zmtp/index.ts';
export type { ZmqError } from './base/errors.ts';
export type { Event, EventOfType, EventType } from './socket/observer.ts';
export {
  Dealer,
  Pair,
  Publisher,
  Pull,
  Push,
  type Readable,
  Reply,
  Request,
  Router,
  Stream,
  Subscriber,
  type Writable,
  XPublisher,
  XSubscriber,
} from './socket/sockets.ts';

// Those that are of native code in the native engine.
export const Context = needsNew(contexts.Context);
export type Context = contexts.Context;
export const Observer = needsNew(observers.Observer);
export type Observer = observers.Observer;
export const Proxy = needsNew(proxies.Proxy);
export type Proxy<
  F extends sockets.Socket = sockets.Socket,
  B extends sockets.Socket = sockets.Socket,
> = proxies.Proxy<F, B>;
export const Socket = needsNew(sockets.Socket);
export type Socket = sockets.Socket;

/** The version of libzmq whose behaviour this is. */
export const version = '4.3.5';

export const capability = {
  ipc: true,
  pgm: true,
  tipc: false,
  norm: false,
  curve: false,
  gssapi: false,
  draft: true,
};

/** @throws {ZmqError} ENOTSUP: there is no CURVE here, as `capability.curve` says */
export function curveKeyPair(): { publicKey: string; secretKey: string } {
  throw new ZmqError('ENOTSUP', {
    hint: 'capability.curve is false: use PLAIN, or NULL',
  });
}
