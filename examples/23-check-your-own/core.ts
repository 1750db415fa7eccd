/**
 * Check your own: a core, that is, a sender and a receiver without a socket.
 *
 * An event goes in (a message to send, a packet, a timer), and actions come
 * out. The check gives it events in virtual time, and driver.ts real ones.
 *
 * The sender stops and waits. The receiver can do more: it acknowledges as
 * go-back-N does, with the number that it expects next.
 */
import {
  type Action,
  type CoreEvent,
  type Packet,
  packetOf,
  type RungOptions,
} from '../../src/network/reliable/index.ts';

export class Sender {
  readonly options: RungOptions;
  next = 0; // the number of the next message
  flying: Packet | undefined; // what has not been acknowledged

  constructor(options: RungOptions) {
    this.options = options;
  }

  on(event: CoreEvent, now: number): Action[] {
    const { session, space } = this.options;
    if (event.type === 'offer') {
      if (this.flying) return [{ type: 'refuse' }];
      const { last, message: payload } = event;
      const seq = this.next;
      this.flying = packetOf({ kind: 'data', session, seq, last, payload });
      this.next = (seq + 1) % space;
      return this.transmit(this.flying, now);
    }
    if (event.type === 'timer' && this.flying) {
      const attempt = this.flying.attempt + 1;
      this.flying = { ...this.flying, attempt };
      return this.transmit(this.flying, now);
    }
    if (event.type !== 'packet' || event.packet.session !== session) return [];
    const { ack, kind } = event.packet;
    if (kind !== 'ack' || !this.flying || ack !== this.next) return [];
    this.flying = undefined;
    return [{ type: 'cancel', timer: 0 }];
  }

  transmit(packet: Packet, now: number): Action[] {
    const at = now + this.options.timeout;
    return [
      { type: 'transmit', packet },
      { type: 'arm', timer: 0, at },
    ];
  }
}

export class Receiver {
  readonly options: RungOptions;
  expected = 0; // the number of the packet that is next in order

  constructor(options: RungOptions) {
    this.options = options;
  }

  on(event: CoreEvent): Action[] {
    if (event.type !== 'packet') return [];
    const { attempt, kind, payload, seq, session } = event.packet;
    if (kind !== 'data' || session !== this.options.session) return [];
    const actions: Action[] = [];
    if (seq === this.expected) {
      actions.push({ type: 'deliver', message: payload });
      this.expected = (this.expected + 1) % this.options.space;
    }
    const ack = this.expected;
    const packet = packetOf({ kind: 'ack', session, seq, attempt, ack });
    actions.push({ type: 'transmit', packet });
    return actions;
  }
}
