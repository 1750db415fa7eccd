/**
 * Every option of every socket, with libzmq's defaults: one row each. The types of the
 * options come from the rows, and so do their accessors and checks. An editor shows the
 * comment of a row wherever the option is used; docs/zeromq.md lists them all, and a test
 * compares. Pure.
 *
 * Unless its row says otherwise, all types of sockets have an option, and it applies to
 * connections made by the next bind or connect.
 *
 * Source: zmq_setsockopt(3). Read next: ../socket/socket.ts, which makes the accessors.
 */
import type { TypeName } from '../zmtp/index.ts';
import {
  bytes,
  defaultsOf,
  flag,
  type Kind,
  number,
  oneOf,
  text,
  type ValuesOf,
} from './kinds.ts';

export interface Option extends Kind<unknown> {
  /** Its number in zmq.h, if it has one. */
  readonly id?: number;
  /** The types that have it, if not all. */
  readonly sockets?: readonly TypeName[];
  /**
   * `at once`: also applies to existing connections. `ENOTSUP`: any value but the default is
   * refused, since Node cannot set it. The others are kept and do nothing, since what they control
   * does not exist here.
   */
  readonly effect?: 'at once' | 'ENOTSUP' | 'no threads' | 'obsolete';
}

export const SENDERS = [
  'PAIR',
  'PUB',
  'REQ',
  'REP',
  'DEALER',
  'ROUTER',
  'PUSH',
  'XPUB',
  'XSUB',
  'STREAM',
  'SERVER',
  'CLIENT',
  'RADIO',
  'SCATTER',
  'DGRAM',
] as const satisfies readonly TypeName[];
export const RECEIVERS = [
  'PAIR',
  'SUB',
  'REQ',
  'REP',
  'DEALER',
  'ROUTER',
  'PULL',
  'XPUB',
  'XSUB',
  'STREAM',
  'SERVER',
  'CLIENT',
  'DISH',
  'GATHER',
  'DGRAM',
] as const satisfies readonly TypeName[];

/** In bytes: many times a usual chain. */
const PEM = 65_536;

export const OPTIONS = {
  /** How many messages may wait to be sent to each peer; 0: no limit. */
  sendHighWaterMark: {
    id: 23,
    ...number(1000, 0, Infinity),
    sockets: SENDERS,
    effect: 'at once',
  },
  /** How many messages of each peer may wait to be received; 0: no limit. */
  receiveHighWaterMark: {
    id: 24,
    ...number(1000, 0, Infinity),
    sockets: RECEIVERS,
    effect: 'at once',
  },
  /** How long `send` waits for room, in milliseconds; −1: for ever. */
  sendTimeout: { id: 28, ...number(-1, -1), sockets: SENDERS, effect: 'at once' },
  /** How long `receive` waits for a message, in milliseconds; −1: for ever. */
  receiveTimeout: { id: 27, ...number(-1, -1), sockets: RECEIVERS, effect: 'at once' },
  /**
   * How long queued messages are still sent after `close`, in milliseconds; −1: for ever. For
   * a SUB or XSUB it is 0 until it is set.
   */
  linger: { id: 17, ...number(-1, -1), effect: 'at once' },
  /** Only the last message waits to be sent, or to be received. */
  conflate: {
    id: 54,
    ...flag(false),
    sockets: ['PUB', 'SUB', 'DEALER', 'PULL', 'PUSH', 'GATHER', 'SCATTER'],
  },
  /** Nothing is queued for a peer that is not connected. */
  immediate: { id: 39, ...flag(false) },
  /** Largest message that a peer may send, in bytes; −1: no limit. */
  maxMessageSize: { id: 22, ...number(-1, -1, Infinity) },

  /** How many connections may wait to be accepted; the system may allow fewer. */
  backlog: { id: 19, ...number(4096) },
  /** Host names and `*` mean IPv6 addresses. */
  ipv6: { id: 42, ...flag(false) },
  /** How long to wait before connecting again, in milliseconds; −1: never again. */
  reconnectInterval: { id: 18, ...number(100, -1) },
  /** Each failure doubles that wait, up to this limit, in milliseconds; 0: it is never doubled. */
  reconnectMaxInterval: { id: 21, ...number(0) },
  /** How long one attempt to connect may take, in milliseconds; 0: the system decides. */
  connectTimeout: { id: 79, ...number(0) },
  /** How long a peer may take for its handshake, in milliseconds; 0: for ever. */
  handshakeInterval: { id: 66, ...number(30_000) },
  /** How often a PING asks a peer whether it is there, in milliseconds; 0: never. */
  heartbeatInterval: { id: 75, ...number(0) },
  /**
   * How long a peer may take to answer a PING, in milliseconds; 0: for ever; −1: as long as
   * `heartbeatInterval`.
   */
  heartbeatTimeout: { id: 77, ...number(-1, -1) },
  /** Sent with each PING: hang up after this much silence, in milliseconds; 0: never. */
  heartbeatTimeToLive: { id: 76, ...number(0, 0, 6_553_599) },
  /** TCP's keep-alive probes; 1: on; 0: off; −1: the system's default. */
  tcpKeepalive: { id: 34, ...number(-1, -1, 1) },
  /** Silence before the first keep-alive probe, in seconds; −1: the system's default. */
  tcpKeepaliveIdle: { id: 36, ...number(-1, -1) },
  /** Unanswered keep-alive probes before TCP gives up; −1: the system's default. */
  tcpKeepaliveCount: { id: 35, ...number(-1, -1), effect: 'ENOTSUP' },
  /** Time from one keep-alive probe to the next, in seconds; −1: the system's default. */
  tcpKeepaliveInterval: { id: 37, ...number(-1, -1), effect: 'ENOTSUP' },
  /** How long TCP retransmits, in milliseconds; 0: the system's default. */
  tcpMaxRetransmitTimeout: { id: 80, ...number(0), effect: 'ENOTSUP' },
  /** The type of service in the header of IP packets. */
  typeOfService: { id: 57, ...number(0), effect: 'ENOTSUP' },
  /** The kernel's buffer for sending, in bytes; −1: the system's default. */
  sendBufferSize: { id: 11, ...number(-1, -1), sockets: SENDERS, effect: 'ENOTSUP' },
  /** The kernel's buffer for receiving, in bytes; −1: the system's default. */
  receiveBufferSize: { id: 12, ...number(-1, -1), sockets: RECEIVERS, effect: 'ENOTSUP' },
  /** The network interface through which everything goes. */
  interface: { id: 92, ...text(), effect: 'ENOTSUP' },
  /** The SOCKS5 proxy for tcp:// and ws://: `HOST:PORT`, or `NAME:PASSWORD@HOST:PORT`. */
  socksProxy: { id: 68, ...text() },
  /** Windows' shortcut for TCP within one machine. */
  loopbackFastPath: { id: 94, ...flag(false), effect: 'obsolete' },

  /** PLAIN: only peers whose name and password the ZAP handler accepts may come in. */
  plainServer: { id: 44, ...flag(false) },
  /** The name to give to a PLAIN server. */
  plainUsername: { id: 45, ...bytes({ least: 1 }) },
  /** The password to give to a PLAIN server. */
  plainPassword: { id: 46, ...bytes({ least: 1 }) },
  /** What the ZAP handler is told; with a domain, it is also asked about NULL peers. */
  zapDomain: { id: 55, ...bytes() },
  /** With a `zapDomain` and no ZAP handler, NULL peers are turned away too. */
  zapEnforceDomain: { id: 93, ...flag(false) },

  /** The private key of a server at wss://, in PEM. */
  wssKeyPem: { id: 103, ...text({ least: 1, most: PEM }) },
  /** The certificate of a server at wss://, in PEM, followed by the intermediate ones. */
  wssCertPem: { id: 104, ...text({ least: 1, most: PEM }) },
  /** Certificates of the authorities that a client of wss:// trusts, in PEM. */
  wssTrustPem: { id: 105, ...text({ least: 1, most: PEM }) },
  /** The name that a server's certificate must have; unless it is set, the host of the address. */
  wssHostname: { id: 106, ...text({ least: 1 }) },
  /** A client of wss:// also trusts the authorities that Node trusts. */
  wssTrustSystem: { id: 107, ...flag(false) },

  /** The name by which a ROUTER knows this socket. */
  routingId: {
    id: 5,
    ...bytes({ least: 1, clears: false }),
    sockets: ['REQ', 'REP', 'DEALER', 'ROUTER'],
  },
  /** Each new peer is sent an empty message, so that a ROUTER knows of this socket. */
  probeRouter: {
    id: 51,
    ...flag(false),
    sockets: ['REQ', 'DEALER', 'ROUTER'],
    effect: 'at once',
  },
  /** Requests are numbered, and a reply to any but the last is dropped. */
  correlate: { id: 52, ...flag(false), sockets: ['REQ'], effect: 'at once' },
  /** A request may be sent before the last is answered. */
  relaxed: { id: 53, ...flag(false), sockets: ['REQ'], effect: 'at once' },
  /**
   * `send` fails when there is no such peer, and waits when the peer's queue is full; without
   * it, the message is dropped.
   */
  mandatory: { id: 33, ...flag(false), sockets: ['ROUTER'], effect: 'at once' },
  /** A new peer takes over the name and the place of one with the same name. */
  handover: { id: 56, ...flag(false), sockets: ['ROUTER'], effect: 'at once' },
  /** `send` fails when a subscriber's queue is full; without it, messages are dropped. */
  noDrop: { id: 69, ...flag(false), sockets: ['PUB', 'XPUB'] },
  /** A message goes to those who have not subscribed to it. */
  invertMatching: { id: 74, ...flag(false), sockets: ['PUB', 'SUB', 'XPUB'] },
  /** `receive` reports subscriptions, and they are not applied. */
  manual: { id: 71, ...flag(false), sockets: ['XPUB'] },
  /** Which repeated subscriptions and unsubscriptions `receive` reports. */
  verbosity: {
    ...oneOf<null | 'allSubs' | 'allSubsUnsubs'>(null, 'allSubs', 'allSubsUnsubs'),
    sockets: ['XPUB'],
    effect: 'at once',
  },
  /**
   * How many topics each peer may subscribe to, of at most 167 bytes on average; 0: no limit. A
   * peer that subscribes to more is disconnected.
   */
  maxSubscriptions: {
    ...number(100_000, 0, Infinity),
    sockets: ['PUB', 'XPUB'],
    effect: 'at once',
  },
  /** What is sent to each new peer. */
  welcomeMessage: { id: 72, ...bytes({ most: Infinity }), sockets: ['XPUB'] },
  /** An empty message says that a peer has connected or disconnected. */
  notify: { id: 73, ...flag(true), sockets: ['STREAM'] },

  /** Which threads serve this socket. */
  affinity: { id: 4, ...number(0, 0, Infinity), effect: 'no threads' },
  /** How fast multicast may be, in kilobits a second. */
  rate: { id: 8, ...number(100, 1) },
  /**
   * How long a lost multicast packet may be repeated, in milliseconds. The sender keeps all
   * that it sends for this long: at most `rate` times this.
   */
  recoveryInterval: { id: 9, ...number(10_000, 1) },
  /** How many networks multicast packets may pass: 1 is the sender's own. */
  multicastHops: { id: 25, ...number(1, 1, 255), sockets: SENDERS },
  /** Multicast also reaches sockets of the sender's own machine. */
  multicastLoop: { id: 96, ...flag(true), sockets: ['PUB', 'XPUB'] },
  /** The largest multicast packet, with the headers of IP and UDP, in bytes. */
  multicastMaxTransportDataUnit: { id: 84, ...number(1500, 128, 65_535) },
} satisfies Record<string, Option>;

type OptionTable = typeof OPTIONS;
export type Options = ValuesOf<OptionTable>;

/** The names of the options that all of these types have. */
type NamesOf<Types extends TypeName> = {
  [Name in keyof OptionTable]: OptionTable[Name] extends {
    sockets: readonly (infer Some)[];
  }
    ? [Types] extends [Some]
      ? Name
      : never
    : Name;
}[keyof OptionTable];

/** The options of a socket of this type; of several types, those that they have in common. */
export type OptionsOf<Types extends TypeName> = AsRead<Pick<Options, NamesOf<Types>>>;

/** Bytes are read as text, as in the native package. */
type AsRead<Some> = { [Name in keyof Some]: Exclude<Some[Name], Buffer> };

const DEFAULTS: Options = defaultsOf(OPTIONS);

/** A socket's own, to change as it likes. */
export function defaultOptions(): Options {
  // A plain copy of fields: they are read for every message.
  return { ...DEFAULTS };
}
