/** The sockets of a netcat: makes and opens them, and explains what fails. */
import { inTermsOf } from '../../common/index.ts';
import {
  Dealer,
  type Observer,
  Pair,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  Subscriber,
  XPublisher,
  type ZmqError,
} from '../index.ts';
import type { NetcatOptions, PatternName } from './options.ts';

/** What all of them have. */
export interface AnySocket {
  linger: number;
  readonly closed: boolean;
  readonly lastEndpoint: string | null;
  readonly dropped: number;
  bind(endpoint: string): Promise<void>;
  connect(endpoint: string): void;
  close(): void;
  readonly events: Observer;
}

export interface Sender extends AnySocket {
  send(parts: Buffer[]): Promise<void>;
}

export interface Receiver extends AnySocket {
  receive(): Promise<Buffer[]>;
}

type Made<T extends PatternName> = T extends 'push'
  ? Sender
  : T extends 'sub' | 'pull'
    ? Receiver
    : Sender & Receiver;

const FOR_EVER = -1;
/** Options of sockets, as the command calls them. */
const FLAGS: Readonly<Record<string, string>> = {
  wssCertPem: '--cert',
  wssKeyPem: '--key',
  wssTrustPem: '--ca',
};

/** A publisher is an XPublisher, which can also be asked who subscribes. */
export function makeSocket<T extends PatternName>(
  options: NetcatOptions,
  type: T,
): Made<T> {
  const { timeout = FOR_EVER, linger = FOR_EVER, hwm, identity, subscribe } = options;
  const { cert = null, key = null, ca = null } = options.tls ?? {};
  const secure = {
    wssCertPem: cert,
    wssKeyPem: key,
    wssTrustPem: ca,
    wssTrustSystem: ca === null,
  };
  const sending = {
    ...secure,
    linger,
    sendTimeout: timeout,
    ...(hwm !== undefined && { sendHighWaterMark: hwm }),
  };
  // No linger: all that these ever send is what they subscribe to.
  const receiving = {
    ...secure,
    receiveTimeout: timeout,
    ...(hwm !== undefined && { receiveHighWaterMark: hwm }),
  };
  const both = { ...sending, ...receiving };
  const named = { ...both, ...(identity !== undefined && { routingId: identity }) };
  const makers: Record<PatternName, () => AnySocket> = {
    req: () => new Request(named),
    rep: () => new Reply(both),
    // Publishers never wait for room; what they receive are subscriptions.
    pub: () =>
      new XPublisher({ ...both, receiveTimeout: FOR_EVER, verbosity: 'allSubs' }),
    sub: () => subscribed(new Subscriber(receiving), subscribe),
    push: () => new Push(sending),
    pull: () => new Pull(receiving),
    pair: () => new Pair(both),
    dealer: () => new Dealer(named),
    // Otherwise a message for nobody vanishes without a word.
    router: () => new Router({ ...named, mandatory: true }),
  };
  return makers[type]() as Made<T>;
}

/**
 * Binds and connects.
 * @param option the option that named the address to bind to
 * @returns the endpoints, with the ports that were free
 */
export async function openSocket(
  socket: AnySocket,
  { bind, connect }: Pick<NetcatOptions, 'bind' | 'connect'>,
  option = '--bind',
): Promise<string[]> {
  const endpoints: string[] = [];
  for (const endpoint of bind) {
    const named = inTermsOf({ host: option, port: option, path: option });
    await socket.bind(endpoint).catch((error: Error) => named(inFlags(error)));
    endpoints.push(socket.lastEndpoint ?? endpoint);
  }
  for (const endpoint of connect) {
    socket.connect(endpoint);
    endpoints.push(endpoint);
  }
  return endpoints;
}

function isZmqError(error: Error): error is ZmqError {
  return 'hintFor' in error;
}

/** Its hint speaks of the command's own options. */
export function inFlags(error: Error): Error {
  if (!isZmqError(error)) return error;
  return Object.assign(error, { hint: error.hintFor((option) => FLAGS[option]) });
}

/** Time-outs of send and receive have this code, as in libzmq. */
export function isTimeOut(error: unknown): boolean {
  return codeOf(error) === 'EAGAIN';
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function subscribed(socket: Subscriber, prefixes: readonly string[] = ['']): Subscriber {
  socket.subscribe(...prefixes);
  return socket;
}
