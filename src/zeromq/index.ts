/**
 * ZeroMQ's patterns on raw sockets, with the API of the `zeromq` package, version 6.
 *
 *     import { Push } from '…/zeromq/index.ts';     this engine
 *     import { Push } from 'zeromq';                the native one
 *
 * docs/zeromq.md shows how a message travels through these files.
 */
import { ZmqError } from './base/errors.ts';

export { Context, context, type ContextOptions } from './socket/context.ts';
export type { Message, MessageLike } from './zmtp/index.ts';
export type { ZmqError } from './base/errors.ts';
export {
  type Event,
  type EventOfType,
  type EventType,
  Observer,
} from './socket/observer.ts';
export { Proxy } from './socket/proxy.ts';
export { Socket } from './socket/socket.ts';
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
