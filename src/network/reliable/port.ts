/**
 * One end of a rung on a socket: datagrams become events, actions become datagrams and a timer.
 *
 * A burst of packets would overflow the other side's receive buffer (udp(7)), and those losses
 * would not be the link's. So only a few leave in one turn of the event loop, as in the relay
 * itself.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { LOOPBACK } from '../../common/index.ts';
import { Alarm } from '../link/index.ts';
import type { Core, CoreEvent } from './core.ts';
import { End } from './end.ts';
import { decode, encode, type Packet } from './packet.ts';

interface Peer {
  host: string;
  port: number;
}

interface Hooks {
  onTransmit: (packet: Packet) => void;
  onDeliver?: (message: Uint8Array, now: number) => void;
  /** The core has handled an event: this packet, if it was one. */
  onEvent: (now: number, packet?: Packet) => void;
  onError: (error: Error) => void;
}

/** Packets that leave in one turn of the event loop. */
const RATION = 16;

export class Port {
  readonly end: End;
  /** Where it sends to. Without a peer it answers whoever sent the last packet. */
  peer: Peer | undefined;
  readonly #socket: Socket;
  readonly #alarm = new Alarm((now) => this.#expire(now), { exact: true });
  readonly #leaving: Uint8Array[] = [];
  #turn: NodeJS.Immediate | undefined;
  #hooks: Hooks | undefined;

  /** On a free port of this machine. */
  static async open(core: Core): Promise<Port> {
    const socket = createSocket('udp4');
    socket.bind(0, LOOPBACK.IPv4);
    await once(socket, 'listening');
    return new Port(core, socket);
  }

  private constructor(core: Core, socket: Socket) {
    this.#socket = socket;
    this.end = new End(core, {
      transmit: (packet) => this.#transmit(packet),
      deliver: (message, now) => this.#hooks?.onDeliver?.(message, now),
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  begin(hooks: Hooks): void {
    this.#hooks = hooks;
    this.#socket.on('error', hooks.onError);
    const known = this.peer;
    this.#socket.on('message', (data, { address, port }) => {
      // Any program of this machine may send to this port.
      if (known && known.port !== port) return;
      const packet = decode(data);
      if (packet) this.peer = known ?? { host: address, port };
      this.#tell(packet ? { type: 'packet', packet } : { type: 'damaged' }, packet);
    });
  }

  /** Nothing has happened yet, but there may be something to do. */
  poke(): void {
    this.#done(performance.now());
  }

  close(): void {
    this.#alarm.stop();
    clearImmediate(this.#turn);
    this.#leaving.length = 0;
    this.#socket.close();
  }

  #tell(event: CoreEvent, packet: Packet | undefined): void {
    const now = performance.now();
    this.end.tell(event, now);
    this.#done(now, packet);
  }

  #expire(now: number): void {
    while (this.end.nextTime <= now) this.end.expire(now);
    this.#done(now);
  }

  #done(now: number, packet?: Packet): void {
    this.#hooks?.onEvent(now, packet);
    this.#alarm.set(this.end.nextTime, now);
  }

  #transmit(packet: Packet): void {
    this.#hooks?.onTransmit(packet);
    this.#leaving.push(encode(packet));
    if (!this.#turn) this.#send();
  }

  /** A packet that the kernel refuses is lost, as on any link. */
  #send(): void {
    const { host, port } = this.peer!;
    for (const bytes of this.#leaving.splice(0, RATION)) {
      this.#socket.send(bytes, port, host, () => {});
    }
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      if (this.#leaving.length > 0) this.#send();
    });
  }
}
