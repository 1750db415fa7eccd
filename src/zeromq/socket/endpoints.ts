/**
 * Where a socket is bound and connected: made by address, released by address, and ended all
 * together.
 *
 * Read next: ../transports/listener.ts, ../transports/connector.ts,
 * ../transports/inproc.ts.
 */
import { type Endpoint, parseEndpoint } from '../transports/endpoint.ts';
import { systemError, ZmqError } from '../base/errors.ts';
import { nextTurn } from '../base/turn.ts';
import type { Pipe } from '../pipes/pipe.ts';
import { Connector } from '../transports/connector.ts';
import type { SocketHost } from '../transports/host.ts';
import type { InprocRegistry } from '../transports/inproc.ts';
import { Receiver } from '../transports/epgm/receiver.ts';
import { Sender } from '../transports/epgm/sender.ts';
import { Listener } from '../transports/listener.ts';
import type { DatagramEndpoint, Member } from '../transports/member.ts';
import { UdpDgram, UdpDish, UdpRadio } from '../transports/udp.ts';
import type { WireOwner } from '../transports/wire-owner.ts';
import type { TypeName } from '../zmtp/index.ts';

type MemberClass = new (
  host: SocketHost,
  endpoint: DatagramEndpoint,
  address: string,
) => Member;

/**
 * The types that send and receive datagrams: in which role, and whether by bind, connect or either.
 */
const MEMBERS: Partial<
  Record<`${'epgm' | 'udp'} ${TypeName}`, { make: MemberClass; use?: 'bind' | 'connect' }>
> = {
  'epgm PUB': { make: Sender },
  'epgm XPUB': { make: Sender },
  'epgm SUB': { make: Receiver },
  'epgm XSUB': { make: Receiver },
  'udp RADIO': { make: UdpRadio, use: 'connect' },
  'udp DISH': { make: UdpDish, use: 'bind' },
  'udp DGRAM': { make: UdpDgram, use: 'bind' },
};
const HINTS = {
  epgm: 'Only publishers and subscribers use multicast',
  udp: 'A Radio connects to udp://; a Dish and a Datagram bind it',
};

/** Anything that bind or connect made. */
interface Owned {
  /** All names by which unbind or disconnect may call it. */
  names: Set<string>;
  bound: boolean;
  busy(): boolean;
  /** How many messages the kernel has not taken yet. */
  leftOver(): number;
  finish(): void;
  destroy(): void;
}

export class Endpoints {
  readonly #host: SocketHost;
  readonly #inproc: InprocRegistry;
  readonly #owned: Owned[] = [];
  /** Those of inproc://, by bind or by connect. */
  readonly #pipes = new Set<Pipe>();

  /** The last address bound or connected, with the actual port if `*` was asked for. */
  last: string | null = null;

  constructor(host: SocketHost, inproc: InprocRegistry) {
    this.#host = host;
    this.#inproc = inproc;
  }

  get count(): number {
    return this.#owned.length;
  }

  /** Whether connections still have something to send. */
  get busy(): boolean {
    return this.#owned.some((one) => one.busy());
  }

  /**
   * An invalid address throws before anything has to be waited for.
   * @throws {ZmqError} EADDRINUSE, EADDRNOTAVAIL, EINVAL, EPROTONOSUPPORT and others
   */
  bind(address: string): Promise<void> {
    try {
      const endpoint = parseEndpoint(address, 'bind');
      this.#checkType(endpoint, address, 'bind');
      return this.#bind(endpoint, address).catch((error: unknown) => {
        throw this.#notBound(address, error);
      });
    } catch (error) {
      throw this.#notBound(address, error);
    }
  }

  /**
   * Only inproc:// can do it: Node listens in a later turn.
   * @throws {ZmqError} ENOTSUP for all others; else as `bind`
   */
  bindSync(address: string): void {
    const endpoint = parseEndpoint(address, 'bind');
    if (endpoint.transport !== 'inproc') {
      throw new ZmqError('ENOTSUP', { address, hint: 'Use `await bind()`' });
    }
    this.#checkType(endpoint, address, 'bind');
    this.#bindInproc(endpoint.name, address);
  }

  async #bind(endpoint: Endpoint, address: string): Promise<void> {
    if (endpoint.transport === 'inproc') {
      await nextTurn(undefined); // as long as any bind: nothing else may go on
      this.#bindInproc(endpoint.name, address);
      return;
    }
    if (isDatagram(endpoint)) {
      const member = this.#member(endpoint, address);
      try {
        await member.start();
      } catch (error) {
        member.destroy();
        throw error;
      }
      this.#ownMember(member, address, true);
      this.last = member.address;
      this.#host.emit('bind', { address: member.address });
      return;
    }
    const listener = await Listener.open(this.#host, endpoint);
    this.last = listener.address;
    this.#owned.push({
      names: new Set([address, listener.address]),
      bound: true,
      busy: () => listener.busy,
      leftOver: () => leftOver(listener),
      finish: () => listener.finish(),
      destroy: () => listener.destroy(),
    });
    this.#host.emit('bind', { address: listener.address });
  }

  /** Like libzmq, emits an event for tcp and ipc, whose address leaves out the transport. */
  #notBound(address: string, error: unknown): Error {
    const known = systemError(error, address);
    const [, transport, where] = /^(tcp|ipc):\/\/(.*)$/.exec(address) ?? [];
    if (transport !== undefined) {
      this.#host.emit('bind:error', { address: where, error: known });
    }
    return known;
  }

  /** @throws {ZmqError} EINVAL, EPROTONOSUPPORT, ENOCOMPATPROTO */
  connect(address: string, routingId?: Buffer): void {
    const endpoint = parseEndpoint(address, 'connect');
    this.#checkType(endpoint, address, 'connect');
    if (endpoint.transport === 'inproc') {
      this.#connectInproc(endpoint.name, address, routingId);
    } else if (isDatagram(endpoint)) {
      const member = this.#member(endpoint, address);
      this.#ownMember(member, address, false);
      member.startLater();
    } else {
      const connector = new Connector(this.#host, endpoint, address, routingId);
      this.#owned.push({
        names: new Set([address]),
        bound: false,
        busy: () => connector.busy,
        leftOver: () => leftOver(connector),
        finish: () => connector.finish(),
        destroy: () => connector.destroy(),
      });
    }
    this.last = address;
  }

  /**
   * Also if it was connected there several times.
   * @throws {ZmqError} ENOENT when it is not bound, or connected, there
   */
  leave(address: string, bound: boolean): void {
    parseEndpoint(address, bound ? 'bind' : 'connect');
    const left = this.#owned.filter(
      (one) => one.bound === bound && one.names.has(address),
    );
    if (left.length === 0) throw new ZmqError('ENOENT', { address });
    const { linger } = this.#host.options;
    for (const one of left) {
      this.#owned.splice(this.#owned.indexOf(one), 1);
      if (linger === 0) one.destroy();
      else one.finish();
      // Messages that cannot be sent in that time are lost: the process must not wait for them.
      if (linger > 0 && one.busy()) setTimeout(() => one.destroy(), linger).unref();
    }
  }

  /** What is queued is still sent. */
  finish(): void {
    for (const one of this.#owned) one.finish();
  }

  /** How many messages the kernel has not taken yet. */
  leftOver(): number {
    let messages = 0;
    for (const one of this.#owned) messages += one.leftOver();
    return messages;
  }

  destroy(): void {
    for (const one of this.#owned) one.destroy();
  }

  /** A new pipe leads to another socket of this process. */
  own(pipe: Pipe): void {
    this.#pipes.add(pipe);
  }

  disown(pipe: Pipe): void {
    this.#pipes.delete(pipe);
  }

  /** Nothing is queued between sockets of a process: what they have not read stays theirs. */
  closeInproc(): void {
    for (const pipe of this.#pipes) pipe.close();
  }

  #member(endpoint: DatagramEndpoint, address: string): Member {
    try {
      const { make: Made } = MEMBERS[`${endpoint.transport} ${this.#host.type}`]!;
      return new Made(this.#host, endpoint, address);
    } catch (error) {
      throw systemError(error, address);
    }
  }

  #ownMember(member: Member, address: string, bound: boolean): void {
    this.#owned.push({
      names: new Set([address, member.address]),
      bound,
      busy: () => member.busy,
      leftOver: () => member.unsent,
      finish: () => member.finish(),
      destroy: () => member.destroy(),
    });
  }

  /**
   * A STREAM is for whoever speaks over a connection without ZMTP, and datagrams for what goes
   * one way.
   */
  #checkType(endpoint: Endpoint, address: string, use: 'bind' | 'connect'): void {
    const { type } = this.#host;
    const { transport } = endpoint;
    if (isDatagram(endpoint)) {
      const known = MEMBERS[`${endpoint.transport} ${type}`];
      if (known && (known.use ?? use) === use) return;
      throw new ZmqError('ENOCOMPATPROTO', { address, hint: HINTS[endpoint.transport] });
    }
    if (type === 'DGRAM') {
      throw new ZmqError('ENOCOMPATPROTO', { address, hint: 'A Datagram binds udp://' });
    }
    const zmtpAlone = transport === 'inproc' || transport === 'ws';
    if (zmtpAlone && type === 'STREAM') throw new ZmqError('ENOCOMPATPROTO', { address });
  }

  #bindInproc(name: string, address: string): void {
    const [inproc, host] = [this.#inproc, this.#host];
    if (!inproc.bind(name, host)) throw new ZmqError('EADDRINUSE', { address });
    this.last = address;
    this.#ownInproc(address, true, () => inproc.unbind(name, host));
  }

  #connectInproc(name: string, address: string, routingId?: Buffer): void {
    const inproc = this.#inproc;
    const pipe = inproc.connect(name, this.#host, routingId);
    this.#ownInproc(address, false, () => {
      inproc.forget(name, pipe);
      pipe.close();
    });
  }

  /** It has nothing to send at the end: to finish is to end. */
  #ownInproc(address: string, bound: boolean, end: () => void): void {
    const names = new Set([address]);
    this.#owned.push({
      names,
      bound,
      busy: () => false,
      leftOver: () => 0,
      finish: end,
      destroy: end,
    });
  }
}

function leftOver(owner: WireOwner): number {
  let messages = 0;
  for (const { wire, out } of owner.pipes()) {
    wire?.flush();
    messages += out.messages;
  }
  return messages;
}

function isDatagram(endpoint: Endpoint): endpoint is DatagramEndpoint {
  return endpoint.transport === 'epgm' || endpoint.transport === 'udp';
}
