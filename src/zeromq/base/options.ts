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
  defaultsOf,
  flag,
  type Kind,
  number,
  oneOf,
  text,
  type ValuesOf,
} from './kinds.ts';

export interface Option extends Kind<unknown> {
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
  sendHighWaterMark: { ...number(1000), sockets: SENDERS, effect: 'at once' },
  /** How many messages of each peer may wait to be received; 0: no limit. */
  receiveHighWaterMark: { ...number(1000), sockets: RECEIVERS, effect: 'at once' },
  /** How long `send` waits for room, in milliseconds; −1: for ever. */
  sendTimeout: { ...number(-1, -1), sockets: SENDERS, effect: 'at once' },
  /** How long `receive` waits for a message, in milliseconds; −1: for ever. */
  receiveTimeout: { ...number(-1, -1), sockets: RECEIVERS, effect: 'at once' },
  /**
   * How long queued messages are still sent after `close`, in milliseconds; −1: for ever. For
   * a SUB or XSUB it is 0 until it is set.
   */
  linger: { ...number(-1, -1), effect: 'at once' },
  /** Only the last message waits to be sent, or to be received. */
  conflate: {
    ...flag(false),
    sockets: ['PUB', 'SUB', 'DEALER', 'PULL', 'PUSH', 'GATHER', 'SCATTER'],
  },
  /** Nothing is queued for a peer that is not connected. */
  immediate: flag(false),
  /** Largest message that a peer may send, in bytes; −1: no limit. */
  maxMessageSize: number(-1, -1),

  /** How many connections may wait to be accepted; the system may allow fewer. */
  backlog: number(4096),
  /** Host names and `*` mean IPv6 addresses. */
  ipv6: flag(false),
  /** How long to wait before connecting again, in milliseconds; −1: never again. */
  reconnectInterval: number(100, -1),
  /** Each failure doubles that wait, up to this limit, in milliseconds; 0: it is never doubled. */
  reconnectMaxInterval: number(0),
  /** How long one attempt to connect may take, in milliseconds; 0: the system decides. */
  connectTimeout: number(0),
  /** How long a peer may take for its handshake, in milliseconds; 0: for ever. */
  handshakeInterval: number(30_000),
  /** How often a PING asks a peer whether it is there, in milliseconds; 0: never. */
  heartbeatInterval: number(0),
  /**
   * How long a peer may take to answer a PING, in milliseconds; 0: for ever; −1: as long as
   * `heartbeatInterval`.
   */
  heartbeatTimeout: number(-1, -1),
  /** Sent with each PING: hang up after this much silence, in milliseconds; 0: never. */
  heartbeatTimeToLive: number(0, 0, 6_553_599),
  /** TCP's keep-alive probes; 1: on; 0: off; −1: the system's default. */
  tcpKeepalive: number(-1, -1, 1),
  /** Silence before the first keep-alive probe, in seconds; −1: the system's default. */
  tcpKeepaliveIdle: number(-1, -1),
  /** Unanswered keep-alive probes before TCP gives up; −1: the system's default. */
  tcpKeepaliveCount: { ...number(-1, -1), effect: 'ENOTSUP' },
  /** Time from one keep-alive probe to the next, in seconds; −1: the system's default. */
  tcpKeepaliveInterval: { ...number(-1, -1), effect: 'ENOTSUP' },
  /** How long TCP retransmits, in milliseconds; 0: the system's default. */
  tcpMaxRetransmitTimeout: { ...number(0), effect: 'ENOTSUP' },
  /** The type of service in the header of IP packets. */
  typeOfService: { ...number(0), effect: 'ENOTSUP' },
  /** The kernel's buffer for sending, in bytes; −1: the system's default. */
  sendBufferSize: { ...number(-1, -1), sockets: SENDERS, effect: 'ENOTSUP' },
  /** The kernel's buffer for receiving, in bytes; −1: the system's default. */
  receiveBufferSize: { ...number(-1, -1), sockets: RECEIVERS, effect: 'ENOTSUP' },
  /** The network interface through which everything goes. */
  interface: { ...text(), effect: 'ENOTSUP' },
  /** The SOCKS5 proxy for tcp:// and ws://: `HOST:PORT`, or `NAME:PASSWORD@HOST:PORT`. */
  socksProxy: text(),
  /** Windows' shortcut for TCP within one machine. */
  loopbackFastPath: { ...flag(false), effect: 'obsolete' },

  /** PLAIN: only peers whose name and password the ZAP handler accepts may come in. */
  plainServer: flag(false),
  /** The name to give to a PLAIN server. */
  plainUsername: text({ least: 1 }),
  /** The password to give to a PLAIN server. */
  plainPassword: text({ least: 1 }),
  /** What the ZAP handler is told; with a domain, it is also asked about NULL peers. */
  zapDomain: text(),
  /** With a `zapDomain` and no ZAP handler, NULL peers are turned away too. */
  zapEnforceDomain: flag(false),

  /** The private key of a server at wss://, in PEM. */
  wssKeyPem: text({ least: 1, most: PEM }),
  /** The certificate of a server at wss://, in PEM, with the intermediate ones behind it. */
  wssCertPem: text({ least: 1, most: PEM }),
  /** Certificates of the authorities that a client of wss:// trusts, in PEM. */
  wssTrustPem: text({ least: 1, most: PEM }),
  /** The name that a server's certificate must have; unless it is set, the host of the address. */
  wssHostname: text({ least: 1 }),
  /** A client of wss:// also trusts the authorities that Node trusts. */
  wssTrustSystem: flag(false),

  /** The name by which a ROUTER knows this socket. */
  routingId: {
    ...text({ least: 1, clears: false }),
    sockets: ['REQ', 'REP', 'DEALER', 'ROUTER'],
  },
  /** Each new peer is sent an empty message, so that a ROUTER knows of this socket. */
  probeRouter: {
    ...flag(false),
    sockets: ['REQ', 'DEALER', 'ROUTER'],
    effect: 'at once',
  },
  /** Requests are numbered, and a reply to any but the last is dropped. */
  correlate: { ...flag(false), sockets: ['REQ'], effect: 'at once' },
  /** A request may be sent before the last is answered. */
  relaxed: { ...flag(false), sockets: ['REQ'], effect: 'at once' },
  /**
   * `send` fails when there is no such peer, and waits when the peer's queue is full; without
   * it, the message is dropped.
   */
  mandatory: { ...flag(false), sockets: ['ROUTER'], effect: 'at once' },
  /** A new peer takes over the name and the place of one with the same name. */
  handover: { ...flag(false), sockets: ['ROUTER'], effect: 'at once' },
  /** `send` fails when a subscriber's queue is full; without it, messages are dropped. */
  noDrop: { ...flag(false), sockets: ['PUB', 'XPUB'] },
  /** A message goes to those who have not subscribed to it. */
  invertMatching: { ...flag(false), sockets: ['PUB', 'SUB', 'XPUB'] },
  /** `receive` reports subscriptions, and they are not applied. */
  manual: { ...flag(false), sockets: ['XPUB'] },
  /** Which repeated subscriptions and unsubscriptions `receive` reports. */
  verbosity: {
    ...oneOf<null | 'allSubs' | 'allSubsUnsubs'>(null, 'allSubs', 'allSubsUnsubs'),
    sockets: ['XPUB'],
    effect: 'at once',
  },
  /**
   * How many topics each peer may subscribe to, of 167 bytes on average; 0: no limit. A peer that
   * subscribes to more is disconnected.
   */
  maxSubscriptions: { ...number(100_000), sockets: ['PUB', 'XPUB'], effect: 'at once' },
  /** What is sent to each new peer. */
  welcomeMessage: { ...text(), sockets: ['XPUB'] },
  /** An empty message says that a peer has connected or disconnected. */
  notify: { ...flag(true), sockets: ['STREAM'] },

  /** Which threads serve this socket. */
  affinity: { ...number(0), effect: 'no threads' },
  /** How fast multicast may be, in kilobits a second. */
  rate: number(100, 1),
  /**
   * How long a lost multicast packet may be repeated, in milliseconds. The sender keeps all
   * that it sends for this long: at most `rate` times this.
   */
  recoveryInterval: number(10_000, 1),
  /** How many networks multicast packets may pass: 1 is the sender's own. */
  multicastHops: { ...number(1, 1, 255), sockets: SENDERS },
  /** Multicast also reaches sockets of the sender's own machine. */
  multicastLoop: { ...flag(true), sockets: ['PUB', 'XPUB'] },
  /** The largest multicast packet, with the headers of IP and UDP, in bytes. */
  multicastMaxTransportDataUnit: number(1500, 128, 65_535),
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
export type OptionsOf<Types extends TypeName> = Pick<Options, NamesOf<Types>>;

const DEFAULTS: Options = defaultsOf(OPTIONS);

/** A socket's own, to change as it likes. */
export function defaultOptions(): Options {
  // A plain copy of fields: they are read for every message.
  return { ...DEFAULTS };
}
