/**
 * udp://: a RADIO sends each message in a datagram of its own, to a machine or to a multicast
 * group, and a DISH takes those of the groups that it has joined. What is lost is lost. A DGRAM
 * sends plain datagrams to whomever it likes, and says where each came from.
 *
 *   datagram   │ length │ group │ body │
 *                  1
 *
 * Nobody says JOIN here: everything is sent. A DGRAM's datagram is the body alone.
 *
 * Source: RFC 48/RADIO-DISH, "UDP"; zmq_udp(7).
 */
import type * as dgram from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { parsePlace } from '../patterns/index.ts';
import { type Outgoing, partsOf } from '../zmtp/index.ts';
import type { SocketHost } from './host.ts';
import { hostToBind } from './local-address.ts';
import { type DatagramEndpoint, DatagramPipe, type From, Member } from './member.ts';

/** A group and a body as one datagram. */
export function encodeRadio([group, body]: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([group!.length]), group!, body!]);
}

/** @returns undefined when the group is longer than the datagram */
export function decodeRadio(bytes: Buffer): [group: Buffer, body: Buffer] | undefined {
  const end = 1 + (bytes[0] ?? 0);
  if (bytes.length < end) return undefined;
  return [bytes.subarray(1, end), bytes.subarray(end)];
}

function isMulticast(address: string): boolean {
  const first = Number(address.split('.', 1)[0]);
  return first >= 224 && first < 240;
}

class RadioPipe extends DatagramPipe {
  override readonly takesAll = true;
  readonly #send: (datagram: Buffer) => void;

  constructor(host: SocketHost, send: (datagram: Buffer) => void) {
    super(host);
    this.#send = send;
  }

  override write(message: Outgoing): void {
    this.#send(encodeRadio(partsOf(message)));
  }
}

export class UdpRadio extends Member {
  protected override readonly pipe: RadioPipe;
  #socket: dgram.Socket | undefined;
  #to = '';
  /** Before there is a socket. */
  #waiting: Buffer[] = [];
  #flying = 0;
  #finishing = false;

  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    super(host, endpoint, address);
    this.pipe = new RadioPipe(host, (datagram) => this.#send(datagram));
    host.attach(this.pipe);
    host.ready(this.pipe);
  }

  override get unsent(): number {
    return this.#waiting.length;
  }

  override get busy(): boolean {
    return !this.over && this.#waiting.length + this.#flying > 0;
  }

  protected override async open(): Promise<void> {
    const { address } = await lookup(this.group, { family: 4 });
    const socket = await this.socket(this.interface, 0, false);
    if (isMulticast(address)) {
      socket.setMulticastTTL(this.options.multicastHops);
      socket.setMulticastInterface(this.interface);
    }
    this.#to = address;
    this.#socket = socket;
    for (const datagram of this.#waiting.splice(0)) this.#send(datagram);
  }

  #send(datagram: Buffer): void {
    const most = this.host.options.sendHighWaterMark;
    if (!this.#socket) {
      if (most === 0 || this.#waiting.length < most) this.#waiting.push(datagram);
      else this.host.pattern.dropped += 1;
      return;
    }
    this.#flying += 1;
    this.#socket.send(datagram, this.port, this.#to, (error) => {
      this.#flying -= 1;
      if (error) this.failed(error);
      if (this.#finishing && !this.busy) this.destroy();
    });
  }

  protected override heard(): void {}

  override finish(): void {
    this.#finishing = true;
    this.host.detach(this.pipe);
    if (!this.busy) this.destroy();
  }
}

class Inbox extends DatagramPipe {
  /** A message that comes while the inbox is full is lost. */
  take(parts: [Buffer, Buffer]): void {
    if (!this.stopped) this.deliver(parts);
  }
}

/** One that is bound. */
abstract class UdpBound extends Member {
  protected abstract override readonly pipe: Inbox;

  protected override async open(): Promise<void> {
    const socket = isMulticast(this.group)
      ? await this.ear()
      : await this.socket(hostToBind(this.group, false).host, this.port, false);
    const { address, port } = socket.address();
    this.address = `udp://${address}:${port}`;
    this.opened(socket);
  }

  protected opened(_socket: dgram.Socket): void {}

  protected take(parts: [Buffer, Buffer]): void {
    if (this.over) return;
    this.pipe.take(parts);
    this.host.arrived();
  }
}

export class UdpDish extends UdpBound {
  protected override readonly pipe: Inbox;

  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    super(host, endpoint, address);
    this.pipe = new Inbox(host);
    host.attach(this.pipe);
    host.ready(this.pipe);
  }

  protected override heard(bytes: Buffer): void {
    const parts = decodeRadio(bytes);
    if (parts) this.take(parts);
  }
}

class DgramPipe extends Inbox {
  socket: dgram.Socket | undefined;
  flying = 0;
  readonly #landed: (error: Error | null) => void;

  constructor(host: SocketHost, landed: (error: Error | null) => void) {
    super(host);
    this.#landed = landed;
  }

  override get full(): boolean {
    const most = this.host.options.sendHighWaterMark;
    return most !== 0 && this.flying >= most;
  }

  override write(message: Outgoing): void {
    const [place, body] = partsOf(message);
    const { address, port } = parsePlace(place!)!;
    this.flying += 1;
    this.socket!.send(body!, port, address, (error) => {
      this.flying -= 1;
      this.#landed(error);
    });
  }
}

export class UdpDgram extends UdpBound {
  protected override readonly pipe: DgramPipe;
  #finishing = false;

  constructor(host: SocketHost, endpoint: DatagramEndpoint, address: string) {
    super(host, endpoint, address);
    this.pipe = new DgramPipe(host, (error) => this.#landed(error));
  }

  override get unsent(): number {
    return this.pipe.flying;
  }

  override get busy(): boolean {
    return !this.over && this.pipe.flying > 0;
  }

  protected override opened(socket: dgram.Socket): void {
    this.pipe.socket = socket;
    this.host.attach(this.pipe);
    this.host.ready(this.pipe);
  }

  protected override heard(bytes: Buffer, { address, port }: From): void {
    this.take([Buffer.from(`${address}:${port}`), bytes]);
  }

  #landed(error: Error | null): void {
    if (error) this.failed(error);
    if (this.#finishing && !this.busy) this.destroy();
    this.host.writable();
  }

  override finish(): void {
    this.#finishing = true;
    this.host.detach(this.pipe);
    if (!this.busy) this.destroy();
  }
}
