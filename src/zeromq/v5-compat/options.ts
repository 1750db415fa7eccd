/**
 * Version 5's way to the options: by number or by short name, flags as 0 and 1.
 *
 * A number leads to the row of ../base/options.ts that has it; what has no row there, or means
 * something else there, has one here.
 */
import { type Option, OPTIONS } from '../base/options.ts';
import { ZmqError } from '../base/errors.ts';
import { numbersOf } from '../socket/by-number.ts';
import type { Socket } from '../socket/socket.ts';
import type { Subscriber, XPublisher } from '../socket/sockets.ts';
import * as zmq from './constants.ts';

/** Short names, which are also properties of a socket. */
export const shortOptions = {
  _fd: zmq.ZMQ_FD,
  _ioevents: zmq.ZMQ_EVENTS,
  _receiveMore: zmq.ZMQ_RCVMORE,
  _subscribe: zmq.ZMQ_SUBSCRIBE,
  _unsubscribe: zmq.ZMQ_UNSUBSCRIBE,
  affinity: zmq.ZMQ_AFFINITY,
  backlog: zmq.ZMQ_BACKLOG,
  identity: zmq.ZMQ_IDENTITY,
  linger: zmq.ZMQ_LINGER,
  rate: zmq.ZMQ_RATE,
  rcvbuf: zmq.ZMQ_RCVBUF,
  last_endpoint: zmq.ZMQ_LAST_ENDPOINT,
  reconnect_ivl: zmq.ZMQ_RECONNECT_IVL,
  recovery_ivl: zmq.ZMQ_RECOVERY_IVL,
  sndbuf: zmq.ZMQ_SNDBUF,
  mechanism: zmq.ZMQ_MECHANISM,
  plain_server: zmq.ZMQ_PLAIN_SERVER,
  plain_username: zmq.ZMQ_PLAIN_USERNAME,
  plain_password: zmq.ZMQ_PLAIN_PASSWORD,
  curve_server: zmq.ZMQ_CURVE_SERVER,
  curve_publickey: zmq.ZMQ_CURVE_PUBLICKEY,
  curve_secretkey: zmq.ZMQ_CURVE_SECRETKEY,
  curve_serverkey: zmq.ZMQ_CURVE_SERVERKEY,
  zap_domain: zmq.ZMQ_ZAP_DOMAIN,
  heartbeat_ivl: zmq.ZMQ_HEARTBEAT_IVL,
  heartbeat_ttl: zmq.ZMQ_HEARTBEAT_TTL,
  heartbeat_timeout: zmq.ZMQ_HEARTBEAT_TIMEOUT,
  connect_timeout: zmq.ZMQ_CONNECT_TIMEOUT,
};
export type ShortName = keyof typeof shortOptions;
export type OptionValue = string | number | boolean | Buffer | null | undefined;

type Values = Record<string, OptionValue>;

const NAMES: ReadonlyMap<number, string> = numbersOf(OPTIONS);
const ROWS: Record<string, Option> = OPTIONS;

interface Special {
  get?: (socket: Socket) => OptionValue;
  set?: (socket: Socket, value: OptionValue) => void;
}
const SPECIAL: Record<number, Special> = {
  [zmq.ZMQ_SUBSCRIBE]: {
    set: (socket, topic) => (socket as Subscriber).subscribe(topic as string),
  },
  [zmq.ZMQ_UNSUBSCRIBE]: {
    set: (socket, topic) => (socket as Subscriber).unsubscribe(topic as string),
  },
  [zmq.ZMQ_EVENTS]: {
    get: ({ readable, writable }) =>
      (readable ? zmq.ZMQ_POLLIN : 0) | (writable ? zmq.ZMQ_POLLOUT : 0),
  },
  [zmq.ZMQ_TYPE]: { get: ({ type }) => type },
  [zmq.ZMQ_LAST_ENDPOINT]: { get: ({ lastEndpoint }) => lastEndpoint },
  [zmq.ZMQ_IPV4ONLY]: {
    get: ({ ipv6 }) => !ipv6,
    set: (socket, value) => (socket.ipv6 = !value),
  },
  [zmq.ZMQ_XPUB_VERBOSE]: {
    set: (socket, value) => ((socket as XPublisher).verbosity = value ? 'allSubs' : null),
  },
  [zmq.ZMQ_MECHANISM]: {
    get: ({ securityMechanism }) => (securityMechanism === 'plain' ? 1 : 0),
  },
};

/** @throws {ZmqError} EINVAL for a number that is not an option here */
export function getOption(socket: Socket, option: number | ShortName): OptionValue {
  const number = numberOf(option);
  const get = SPECIAL[number]?.get;
  if (get) return get(socket);
  const value = (socket as unknown as Values)[nameOf(number)];
  return typeof value === 'boolean' ? Number(value) : value;
}

/**
 * @throws {TypeError} for a value of another type; {@link ZmqError} EINVAL, also for an option that
 * this type of socket does not have; ENOTSUP for one that Node cannot set
 */
export function setOption(
  socket: Socket,
  option: number | ShortName,
  value: OptionValue,
): void {
  const number = numberOf(option);
  const set = SPECIAL[number]?.set;
  if (set) {
    set(socket, value);
    return;
  }
  const name = nameOf(number);
  if (!(name in socket)) throw new ZmqError('EINVAL', { hint: `It has no ${name}` });
  const isFlag = typeof ROWS[name]!.default === 'boolean';
  (socket as unknown as Values)[name] = isFlag ? Boolean(value) : value;
}

function numberOf(option: number | ShortName): number {
  return typeof option === 'number' ? option : shortOptions[option];
}

function nameOf(number: number): string {
  const name = NAMES.get(number);
  if (name !== undefined) return name;
  const hint = 'CURVE, file descriptors, raw mode and ZMQ_RCVMORE are not supported here';
  throw new ZmqError('EINVAL', { message: 'Unknown option', hint });
}
