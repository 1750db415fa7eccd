/**
 * ZeroMQ's patterns on raw sockets, with the API of the `zeromq` package, version 6.
 *
 *     import { Push } from '…/zeromq/index.ts';     this engine, to read
 *     import { Push } from 'zeromq';                the native one, to carry a load
 *
 * How a message travels through these files stands in docs/zeromq.md.
 */
import { ZmqError } from './errors.ts';

export {
  type Command,
  decodeCommand,
  encodeCommand,
  type Metadata,
  property,
} from './command.ts';
export { Context, context, type ContextOptions } from './context.ts';
export { ZmqError } from './errors.ts';
export {
  encodeFrame,
  type Frame,
  type FrameDecoderOptions,
  ZmtpFrameDecoder,
} from './frame.ts';
export {
  decodeGreeting,
  encodeGreeting,
  type Greeting,
  GREETING_LENGTH,
} from './greeting.ts';
export type { Message, MessageLike } from './message.ts';
export { type Event, type EventOfType, type EventType, Observer } from './observer.ts';
export { NullMechanism } from './mechanisms/null.ts';
export { Proxy } from './proxy.ts';
export { Session, type SessionSink } from './session.ts';
export { Socket } from './socket.ts';
export { SocketType } from './socket-types.ts';
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
} from './sockets.ts';

/** The version of libzmq whose behaviour this is. */
export const version = '4.3.5';

export const capability = {
  ipc: true,
  pgm: false,
  tipc: false,
  norm: false,
  curve: false,
  gssapi: false,
  draft: false,
};

/** @throws {ZmqError} ENOTSUP: there is no CURVE here, as `capability.curve` says */
export function curveKeyPair(): { publicKey: string; secretKey: string } {
  throw new ZmqError('ENOTSUP', {
    hint: 'capability.curve is false: use PLAIN, or NULL',
  });
}
