/**
 * The types of sockets that are drafts in libzmq, as a program uses them. Their messages have
 * one part; whom it is for, or from, stands beside it; for a Datagram, in front of it.
 *
 *     await server.send('answer', { routingId })     const [question, { routingId }] = await …
 *     await radio.send('news', { group: 'here' })    const [news, { group }] = await …
 */
import type { OptionsOf } from '../base/options.ts';
import type { Dish as DishPattern } from '../patterns/index.ts';
import {
  type MessageLike,
  partsOf,
  SocketType,
  toOutgoing,
  type TypeName,
} from '../zmtp/index.ts';
import { bytesOf, iterate } from './sockets.ts';
import { CORE, defineOptions, Socket, type SocketOptions } from './socket.ts';

/* eslint-disable typescript/no-unsafe-declaration-merging */

interface Writable<M = MessageLike> {
  /** Resolves when the message is in a queue; waits while that is full. */
  send(message: M): Promise<void>;
}

interface Readable<M = [Buffer]> {
  receive(): Promise<M>;
  /** Ends when the socket is closed. */
  [Symbol.asyncIterator](): AsyncIterator<M, undefined>;
}

/** Which client. */
export interface ServerRoutingOptions {
  /** 1 to 2³² − 1: its number with this server, for as long as it is connected. */
  routingId: number;
}

export interface RadioGroupOptions {
  /** At most 255 bytes, none of them 0. */
  group: Buffer | string;
}

export interface Server extends OptionsOf<'SERVER'> {}
export class Server extends Socket {
  constructor(options?: SocketOptions<'SERVER'>) {
    super(SocketType.Server, options);
  }

  /** @throws {ZmqError} EHOSTUNREACH when this client is not there; EINVAL for several parts */
  send(message: MessageLike, options: ServerRoutingOptions): Promise<void> {
    const { routingId } = checked(options);
    if (!Number.isInteger(routingId) || routingId < 0 || routingId >= 2 ** 32) {
      throw new TypeError('routingId must be a number');
    }
    const id = Buffer.alloc(4);
    id.writeUInt32BE(routingId);
    return this[CORE].send(behind(id, message));
  }

  async receive(): Promise<[Buffer, ServerRoutingOptions]> {
    const [id, body] = await this[CORE].receive();
    return [body!, { routingId: id!.readUInt32BE() }];
  }

  [Symbol.asyncIterator](): AsyncIterator<[Buffer, ServerRoutingOptions], undefined> {
    return iterate(this[CORE], () => this.receive());
  }
}

export interface Client extends Writable, Readable, OptionsOf<'CLIENT'> {}
export class Client extends Socket {
  constructor(options?: SocketOptions<'CLIENT'>) {
    super(SocketType.Client, options);
  }
}

export interface Radio extends OptionsOf<'RADIO'> {}
export class Radio extends Socket {
  constructor(options?: SocketOptions<'RADIO'>) {
    super(SocketType.Radio, options);
  }

  /** @throws {ZmqError} EINVAL for several parts, and for what is not a group */
  send(message: MessageLike, options: RadioGroupOptions): Promise<void> {
    const group = groupOf(checked(options).group);
    return this[CORE].send(behind(group, message));
  }
}

export interface Dish extends OptionsOf<'DISH'> {}
export class Dish extends Socket {
  constructor(options?: SocketOptions<'DISH'>) {
    super(SocketType.Dish, options);
  }

  /** @throws {ZmqError} EINVAL for a group that it is in already, and for what is not a group */
  join(...groups: (Buffer | string)[]): void {
    this[CORE].check();
    for (const group of groups) this.#pattern.join(groupOf(group));
  }

  /** @throws {ZmqError} EINVAL for a group that it is not in */
  leave(...groups: (Buffer | string)[]): void {
    this[CORE].check();
    for (const group of groups) this.#pattern.leave(groupOf(group));
  }

  get #pattern(): DishPattern {
    return this[CORE].pattern as DishPattern;
  }

  async receive(): Promise<[Buffer, { group: Buffer }]> {
    const [group, body] = await this[CORE].receive();
    return [body!, { group: group! }];
  }

  [Symbol.asyncIterator](): AsyncIterator<[Buffer, { group: Buffer }], undefined> {
    return iterate(this[CORE], () => this.receive());
  }
}

export interface Gather extends Readable, OptionsOf<'GATHER'> {}
export class Gather extends Socket {
  constructor(options?: SocketOptions<'GATHER'>) {
    super(SocketType.Gather, options);
  }
}

export interface Scatter extends Writable, OptionsOf<'SCATTER'> {}
export class Scatter extends Socket {
  constructor(options?: SocketOptions<'SCATTER'>) {
    super(SocketType.Scatter, options);
  }
}

/** Bound to udp://, once. To whom, or from whom, is written as in 127.0.0.1:5555. */
export interface Datagram
  extends
    Writable<[to: MessageLike, body: MessageLike]>,
    Readable<[from: Buffer, body: Buffer]>,
    OptionsOf<'DGRAM'> {}
export class Datagram extends Socket {
  constructor(options?: SocketOptions<'DGRAM'>) {
    super(SocketType.Datagram, options);
  }
}

/** To libzmq it is a string of C: what follows a zero byte does not count. */
function groupOf(text: unknown): Buffer {
  const bytes = bytesOf(text);
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

function behind(first: Uint8Array, message: MessageLike): Uint8Array[] {
  if (message === undefined) throw new TypeError('Message must be present');
  return [first, ...partsOf(toOutgoing(message))];
}

function checked<T extends object>(options: T): T {
  if (typeof options === 'object' && options !== null) return options;
  throw new TypeError('Options must be an object');
}

const CLASSES = {
  SERVER: Server,
  CLIENT: Client,
  RADIO: Radio,
  DISH: Dish,
  GATHER: Gather,
  SCATTER: Scatter,
  DGRAM: Datagram,
};
for (const [type, { prototype }] of Object.entries(CLASSES)) {
  defineOptions(prototype, type as TypeName);
}
for (const { prototype } of [Client, Gather, Datagram]) {
  Object.assign(prototype, {
    [Symbol.asyncIterator](this: Socket) {
      return iterate(this[CORE], () => this[CORE].receive());
    },
  });
}
