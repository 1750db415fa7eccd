/** The types of sockets, as a program uses them. patterns/ has what each of them does. */
import { type MessageLike, SocketType, type TypeName } from '../zmtp/index.ts';
import { type OptionsOf, RECEIVERS, SENDERS } from '../base/options.ts';
import type {
  Publisher as PublisherPattern,
  Subscriber as SubscriberPattern,
} from '../patterns/index.ts';
import { noMore } from './arguments.ts';
import type { Core } from './core.ts';
import { CORE, defineOptions, Socket, type SocketOptions, text } from './socket.ts';

/** ZMQ_SUBSCRIBE and ZMQ_UNSUBSCRIBE of zmq.h. */
const [SUBSCRIBE, UNSUBSCRIBE] = [6, 7];

type Parts = MessageLike | MessageLike[];

/** What these have in common, without what all types have. */
type Shared<Types extends TypeName> = Omit<OptionsOf<Types>, keyof OptionsOf<TypeName>>;

export interface Writable<M = Parts> extends Shared<(typeof SENDERS)[number]> {
  /** Resolves when the message is in a queue; waits while that is full. */
  send(message: M): Promise<void>;
}

export interface Readable<M extends object[] = Buffer[]> extends Shared<
  (typeof RECEIVERS)[number]
> {
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
export function bytesOf(text: unknown): Buffer {
  if (typeof text === 'string' || text instanceof Uint8Array) return Buffer.from(text);
  throw new TypeError('Option value must be a string or buffer');
}

/** The options of `connect` of ROUTER and STREAM. */
function routingIdOf({ routingId }: { routingId?: string } = {}): Buffer | undefined {
  return routingId ? bytesOf(routingId) : undefined;
}

export function iterate<M>(
  core: Core,
  receive: () => Promise<M>,
): AsyncIterator<M, undefined> {
  return {
    next: async () => {
      if (core.closed) return { value: undefined, done: true };
      try {
        return { value: await receive(), done: false };
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

export interface Pair extends Writable, Readable, OptionsOf<'PAIR'> {}
export class Pair extends Socket {
  constructor(options?: SocketOptions<'PAIR'>) {
    super(SocketType.Pair, options);
  }
}

export interface Publisher extends Writable, OptionsOf<'PUB'> {}
export class Publisher extends Socket {
  constructor(options?: SocketOptions<'PUB'>) {
    super(SocketType.Publisher, options);
  }
}

export interface Subscriber extends Readable, OptionsOf<'SUB'> {}
export class Subscriber extends Socket {
  constructor(options?: SocketOptions<'SUB'>) {
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

  /** 6 subscribes and 7 unsubscribes. */
  protected override setStringOption(
    option: number,
    value: Buffer | string | null,
  ): void {
    if (option === SUBSCRIBE) this.subscribe(bytesOf(value));
    else if (option === UNSUBSCRIBE) this.unsubscribe(bytesOf(value));
    else super.setStringOption(option, value);
  }
}

export interface Request extends Writable, Readable, OptionsOf<'REQ'> {}
export class Request extends Socket {
  constructor(options?: SocketOptions<'REQ'>) {
    super(SocketType.Request, options);
  }
}

export interface Reply extends Writable, Readable, OptionsOf<'REP'> {}
export class Reply extends Socket {
  constructor(options?: SocketOptions<'REP'>) {
    super(SocketType.Reply, options);
  }
}

export interface Dealer extends Writable, Readable, OptionsOf<'DEALER'> {}
export class Dealer extends Socket {
  constructor(options?: SocketOptions<'DEALER'>) {
    super(SocketType.Dealer, options);
  }
}

export interface Router extends Writable, Readable, OptionsOf<'ROUTER'> {}
export class Router extends Socket {
  constructor(options?: SocketOptions<'ROUTER'>) {
    super(SocketType.Router, options);
  }

  /** @param options the name by which messages find this peer */
  override connect(address: string, options?: { routingId?: string }): void {
    noMore(arguments.length, 2);
    this[CORE].connect(text(address), routingIdOf(options));
  }
}

export interface Pull extends Readable, OptionsOf<'PULL'> {}
export class Pull extends Socket {
  constructor(options?: SocketOptions<'PULL'>) {
    super(SocketType.Pull, options);
  }
}

export interface Push extends Writable, OptionsOf<'PUSH'> {}
export class Push extends Socket {
  constructor(options?: SocketOptions<'PUSH'>) {
    super(SocketType.Push, options);
  }
}

export interface XPublisher extends Writable, Readable, OptionsOf<'XPUB'> {}
export class XPublisher extends Socket {
  constructor(options?: SocketOptions<'XPUB'>) {
    super(SocketType.XPublisher, options);
  }

  /**
   * With `manual`, grants a subscription (6) or ends it (7), for the peer whose subscription
   * was received last.
   * @throws {ZmqError} EINVAL without `manual`
   */
  protected override setStringOption(
    option: number,
    value: Buffer | string | null,
  ): void {
    if (option !== SUBSCRIBE && option !== UNSUBSCRIBE) {
      super.setStringOption(option, value);
      return;
    }
    const core = this[CORE];
    core.check();
    (core.pattern as PublisherPattern).grant(option === SUBSCRIBE, bytesOf(value));
  }
}

export interface XSubscriber extends Writable, Readable, OptionsOf<'XSUB'> {}
export class XSubscriber extends Socket {
  constructor(options?: SocketOptions<'XSUB'>) {
    super(SocketType.XSubscriber, options);
  }
}

export interface Stream
  extends
    Writable<[MessageLike, MessageLike]>,
    Readable<[Buffer, Buffer]>,
    OptionsOf<'STREAM'> {}
export class Stream extends Socket {
  constructor(options?: SocketOptions<'STREAM'>) {
    super(SocketType.Stream, options);
  }

  override connect(address: string, options?: { routingId?: string }): void {
    noMore(arguments.length, 2);
    this[CORE].connect(text(address), routingIdOf(options));
  }
}

// A call that its type cannot do fails with ENOTSUP: see Pattern.
Object.assign(Socket.prototype, { send, receive });

const CLASSES: Partial<Record<TypeName, { prototype: Socket }>> = {
  PAIR: Pair,
  PUB: Publisher,
  SUB: Subscriber,
  REQ: Request,
  REP: Reply,
  DEALER: Dealer,
  ROUTER: Router,
  PULL: Pull,
  PUSH: Push,
  XPUB: XPublisher,
  XSUB: XSubscriber,
  STREAM: Stream,
};
for (const [type, { prototype }] of Object.entries(CLASSES)) {
  defineOptions(prototype, type as TypeName);
}
for (const type of RECEIVERS) {
  Object.assign(CLASSES[type]?.prototype ?? {}, {
    [Symbol.asyncIterator](this: Socket) {
      const core = this[CORE];
      return iterate(core, () => core.receive());
    },
  });
}
