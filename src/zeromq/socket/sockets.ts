/**
 * The types of sockets, as a program uses them. Who is who stands in patterns/.
 */
import { type MessageLike, SocketType } from '../zmtp/index.ts';
import type { Options } from '../base/options.ts';
import type { Subscriber as SubscriberPattern } from '../patterns/index.ts';
import { noMore } from './numbered-options.ts';
import { CORE, defineOptions, Socket, type SocketOptions, text } from './socket.ts';

type Parts = MessageLike | MessageLike[];

const SENDING = [
  'sendBufferSize',
  'sendHighWaterMark',
  'sendTimeout',
  'multicastHops',
] as const;
const RECEIVING = [
  'receiveBufferSize',
  'receiveHighWaterMark',
  'receiveTimeout',
] as const;
type Sending = (typeof SENDING)[number];
type Receiving = (typeof RECEIVING)[number];
type Both = Sending | Receiving;

export interface Writable<M = Parts> {
  sendBufferSize: number;
  sendHighWaterMark: number;
  sendTimeout: number;
  multicastHops: number;
  /** Resolves when the message is in a queue; waits while that is full. */
  send(message: M): Promise<void>;
}

export interface Readable<M extends object[] = Buffer[]> {
  receiveBufferSize: number;
  receiveHighWaterMark: number;
  receiveTimeout: number;
  /** All parts of the next message. */
  receive(): Promise<M>;
  /** Ends when the socket is closed. */
  [Symbol.asyncIterator](): AsyncIterator<M, undefined>;
}

function send(this: Socket, message: unknown): Promise<void> {
  noMore(arguments.length, 1);
  if (message === undefined) throw new TypeError('Message must be present');
  return this[CORE].send(message);
}

function receive(this: Socket): Promise<Buffer[]> {
  noMore(arguments.length, 0);
  return this[CORE].receive();
}

/** A copy: what is subscribed to must not change with the program's buffer. */
function bytesOf(text: unknown): Buffer {
  if (typeof text === 'string' || text instanceof Uint8Array) return Buffer.from(text);
  throw new TypeError('Option value must be a string or buffer');
}

/** What `connect` of ROUTER and STREAM may be told. */
function routingIdOf(options: { routingId?: string } = {}): string | undefined {
  const { routingId } = options;
  return routingId === undefined ? undefined : bytesOf(routingId).toString();
}

function iterate(this: Socket): AsyncIterator<Buffer[], undefined> {
  const core = this[CORE];
  return {
    next: async () => {
      if (core.closed) return { value: undefined, done: true };
      try {
        return { value: await core.receive(), done: false };
      } catch (error) {
        if (core.closed && (error as { code?: string }).code === 'EAGAIN') {
          return { value: undefined, done: true };
        }
        throw error;
      }
    },
  };
}

/* eslint-disable typescript/no-unsafe-declaration-merging */

export interface Pair extends Writable, Readable {}
export class Pair extends Socket {
  constructor(options?: SocketOptions<Both>) {
    super(SocketType.Pair, options);
  }
}

export interface Publisher
  extends Writable, Pick<Options, 'noDrop' | 'conflate' | 'invertMatching'> {}
export class Publisher extends Socket {
  constructor(
    options?: SocketOptions<Sending | 'noDrop' | 'conflate' | 'invertMatching'>,
  ) {
    super(SocketType.Publisher, options);
  }
}

export interface Subscriber
  extends Readable, Pick<Options, 'conflate' | 'invertMatching'> {}
export class Subscriber extends Socket {
  constructor(options?: SocketOptions<Receiving | 'conflate' | 'invertMatching'>) {
    super(SocketType.Subscriber, options);
  }

  /** Without a prefix: to everything. */
  subscribe(...prefixes: (Buffer | string)[]): void {
    const core = this[CORE];
    core.check();
    for (const prefix of prefixes.length > 0 ? prefixes : ['']) {
      (core.pattern as SubscriberPattern).subscribe(bytesOf(prefix));
    }
  }

  unsubscribe(...prefixes: (Buffer | string)[]): void {
    const core = this[CORE];
    core.check();
    for (const prefix of prefixes.length > 0 ? prefixes : ['']) {
      (core.pattern as SubscriberPattern).cancel(bytesOf(prefix));
    }
  }
}

type RequestOptions = 'routingId' | 'probeRouter' | 'correlate' | 'relaxed';
export interface Request extends Writable, Readable, Pick<Options, RequestOptions> {}
export class Request extends Socket {
  constructor(options?: SocketOptions<Both | RequestOptions>) {
    super(SocketType.Request, options);
  }
}

export interface Reply extends Writable, Readable, Pick<Options, 'routingId'> {}
export class Reply extends Socket {
  constructor(options?: SocketOptions<Both | 'routingId'>) {
    super(SocketType.Reply, options);
  }
}

type DealerOptions = 'routingId' | 'probeRouter' | 'conflate';
export interface Dealer extends Writable, Readable, Pick<Options, DealerOptions> {}
export class Dealer extends Socket {
  constructor(options?: SocketOptions<Both | DealerOptions>) {
    super(SocketType.Dealer, options);
  }
}

type RouterOptions = 'routingId' | 'mandatory' | 'probeRouter' | 'handover';
export interface Router extends Writable, Readable, Pick<Options, RouterOptions> {}
export class Router extends Socket {
  constructor(options?: SocketOptions<Both | RouterOptions>) {
    super(SocketType.Router, options);
  }

  /** @param options the name by which messages find this peer */
  override connect(address: string, options?: { routingId?: string }): void {
    noMore(arguments.length, 2);
    this[CORE].connect(text(address), routingIdOf(options));
  }
}

export interface Pull extends Readable, Pick<Options, 'conflate'> {}
export class Pull extends Socket {
  constructor(options?: SocketOptions<Receiving | 'conflate'>) {
    super(SocketType.Pull, options);
  }
}

export interface Push extends Writable, Pick<Options, 'conflate'> {}
export class Push extends Socket {
  constructor(options?: SocketOptions<Sending | 'conflate'>) {
    super(SocketType.Push, options);
  }
}

type XPublisherOptions =
  'noDrop' | 'manual' | 'welcomeMessage' | 'invertMatching' | 'verbosity';
export interface XPublisher
  extends Writable, Readable, Pick<Options, XPublisherOptions> {}
export class XPublisher extends Socket {
  constructor(options?: SocketOptions<Both | XPublisherOptions>) {
    super(SocketType.XPublisher, options);
  }
}

export interface XSubscriber extends Writable, Readable {}
export class XSubscriber extends Socket {
  constructor(options?: SocketOptions<Both>) {
    super(SocketType.XSubscriber, options);
  }
}

export interface Stream
  extends
    Writable<[MessageLike, MessageLike]>,
    Readable<[Buffer, Buffer]>,
    Pick<Options, 'notify'> {}
export class Stream extends Socket {
  constructor(options?: SocketOptions<Both | 'notify'>) {
    super(SocketType.Stream, options);
  }

  override connect(address: string, options?: { routingId?: string }): void {
    noMore(arguments.length, 2);
    this[CORE].connect(text(address), routingIdOf(options));
  }
}

// Whoever calls what its type cannot do is told so, with ENOTSUP: see Pattern.
Object.assign(Socket.prototype, { send, receive });

function equip(
  { prototype }: { prototype: Socket },
  can: readonly ('send' | 'receive')[],
  ...options: (keyof Options)[]
): void {
  if (can.includes('send')) defineOptions(prototype, SENDING);
  if (can.includes('receive')) {
    Object.assign(prototype, { [Symbol.asyncIterator]: iterate });
    defineOptions(prototype, RECEIVING);
  }
  defineOptions(prototype, options);
}

equip(Pair, ['send', 'receive']);
equip(Publisher, ['send'], 'noDrop', 'conflate', 'invertMatching');
equip(Subscriber, ['receive'], 'conflate', 'invertMatching');
equip(Request, ['send', 'receive'], 'routingId', 'probeRouter', 'correlate', 'relaxed');
equip(Reply, ['send', 'receive'], 'routingId');
equip(Dealer, ['send', 'receive'], 'routingId', 'probeRouter', 'conflate');
equip(Router, ['send', 'receive'], 'routingId', 'mandatory', 'probeRouter', 'handover');
equip(Pull, ['receive'], 'conflate');
equip(Push, ['send'], 'conflate');
equip(
  XPublisher,
  ['send', 'receive'],
  'noDrop',
  'manual',
  'welcomeMessage',
  'invertMatching',
  'verbosity',
);
equip(XSubscriber, ['send', 'receive']);
equip(Stream, ['send', 'receive'], 'notify');
