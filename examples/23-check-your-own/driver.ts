/**
 * Check your own: a core on a UDP socket.
 *
 * A datagram becomes an event, and the core's actions become datagrams and
 * timers. The check drives the same core, without this file.
 */
import type { Socket } from 'node:dgram';
import {
  type Action,
  type CoreEvent,
  decode,
  encode,
  type Packet,
} from '../../src/network/reliable/index.ts';

interface Core {
  on(event: CoreEvent, now: number): Action[];
}

interface Peer {
  address: string;
  port: number;
}

export class Driver {
  onTransmit = (_packet: Packet): void => {};
  onDeliver = (_message: Uint8Array): void => {};
  /** The core has been told of a packet or a timer. */
  onTold = (): void => {};
  readonly timers = new Map<number, NodeJS.Timeout>();
  readonly #core: Core;
  readonly #socket: Socket;
  #peer: Peer | undefined;

  /** @param peer where packets go; a receiver answers whoever has sent one */
  constructor(core: Core, socket: Socket, peer?: Peer) {
    this.#core = core;
    this.#socket = socket;
    this.#peer = peer;
    socket.on('message', (bytes, sender) => {
      this.#peer = peer ?? sender;
      const packet = decode(bytes); // undefined if its checksum is wrong
      this.tell(packet ? { type: 'packet', packet } : { type: 'damaged' });
      this.onTold();
    });
  }

  /** False if the core has no room for the message that it is offered. */
  tell(event: CoreEvent): boolean {
    const actions = this.#core.on(event, performance.now());
    for (const action of actions) this.#do(action);
    return actions.every(({ type }) => type !== 'refuse');
  }

  #do(action: Action): void {
    if (action.type === 'transmit') {
      this.onTransmit(action.packet);
      const { address, port } = this.#peer!;
      this.#socket.send(encode(action.packet), port, address);
    } else if (action.type === 'deliver') {
      this.onDeliver(action.message);
    } else if (action.type !== 'refuse') {
      clearTimeout(this.timers.get(action.timer));
      this.timers.delete(action.timer);
      if (action.type === 'arm') this.#arm(action.timer, action.at);
    }
  }

  #arm(timer: number, at: number): void {
    const expire = (): void => {
      this.timers.delete(timer);
      this.tell({ type: 'timer', timer });
      this.onTold();
    };
    this.timers.set(timer, setTimeout(expire, at - performance.now()));
  }
}
