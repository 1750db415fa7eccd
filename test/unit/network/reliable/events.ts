/** Events for a core of the ladder, and what it makes of them in words. */
import type { Core, CoreEvent, Offer } from '../../../../src/network/reliable/core.ts';
import { type Packet, packetOf } from '../../../../src/network/reliable/packet.ts';

export const SESSION = 1;

export function offer(last = false): Offer {
  return { type: 'offer', message: Uint8Array.of(7), last };
}

export function heard(
  kind: Packet['kind'],
  seq: number,
  more: Partial<Packet> = {},
): CoreEvent {
  return {
    type: 'packet',
    packet: packetOf({ kind, session: SESSION, seq, window: 2, ...more }),
  };
}

/** The acknowledgement of all packets before `ack`. */
export function ack(ack: number, more: Partial<Packet> = {}): CoreEvent {
  return heard('ack', (ack + 2 ** 32 - 1) % 2 ** 32, { ack, ...more });
}

export function data(seq: number, more: Partial<Packet> = {}): CoreEvent {
  return heard('data', seq, more);
}

export function expired(timer: number): CoreEvent {
  return { type: 'timer', timer };
}

/** `transmit arm → waiting`: the actions, and the state in which they leave it. */
export function told(core: Core, ...events: CoreEvent[]): string {
  let actions = '';
  for (const [now, event] of events.entries()) {
    actions = core
      .on(event, now)
      .map(({ type }) => type)
      .join(' ');
  }
  return `${actions || 'nothing'} → ${core.state}`;
}
