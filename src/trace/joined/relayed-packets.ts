/**
 * Tells apart the datagrams that went through a relay. The relay numbered them, and knows which it
 * lost. So if the third of ten equal ones is missing, that is known, and a datagram that was
 * corrupted on its way is still the same datagram. Pure.
 *
 *   client's sends ──match──► came  1 2 3 ✗ 4   went  1 3 2 4 4 ──match──► server's receives
 */
import type { TraceEvent } from './format.ts';
import { matchDatagrams } from './join-datagrams.ts';
import { type Conversation, type Ends, passing } from './relay-conversations.ts';

export interface Packet {
  /** The same at both ends, and of no other datagram. */
  name: string;
  /** Of one that was sent: the link lost it. */
  lost: boolean;
}

/** Of no other event of a trace. */
export function eventKey({ process, seq }: Pick<TraceEvent, 'process' | 'seq'>): string {
  return `${process} ${seq}`;
}

/** The packets of events that were recorded at the ends, by `eventKey`. */
export function numberPackets(all: readonly Ends[]): Map<string, Packet> {
  const packets = new Map<string, Packet>();
  for (const { conversation, client, server } of all) {
    if (conversation.transport !== 'udp') continue;
    for (const [direction, from, to] of [
      ['there', client, server],
      ['back', server, client],
    ] as const) {
      const sends = from.filter((event) => event.type === 'send');
      const accepted = sends.filter(({ error }) => error === undefined);
      const came = passing(conversation, 'came', direction);
      for (const { send, receive } of matchDatagrams(accepted, came).matches) {
        packets.set(eventKey(send), packetOf(conversation, receive));
      }
      const receives = to.filter((event) => event.type === 'receive');
      const went = passing(conversation, 'went', direction);
      for (const { send, receive } of matchDatagrams(went, receives).matches) {
        packets.set(eventKey(receive), packetOf(conversation, send));
      }
    }
  }
  return packets;
}

function packetOf(
  { id }: Conversation,
  {
    direction,
    packet,
    ...rest
  }: { direction: string; packet?: number | undefined; lost?: true | undefined },
): Packet {
  return { name: `${id} ${direction} ${packet}`, lost: rest.lost === true };
}
