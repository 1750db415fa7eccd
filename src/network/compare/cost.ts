/**
 * What a lane puts on the wire, in both directions: packets, and bytes with their headers. Pure.
 *
 *   UDP     a datagram for each message, and nothing else
 *   TCP     handshake     SYN ►   ◄ SYN-ACK   ACK ►
 *           data          a segment for each message ►   ◄ an acknowledgement for each that arrives
 *           closing       FIN ►   ◄ FIN-ACK   ACK ►
 *
 * Assumptions: IPv4 without options, time stamps in every segment, a reader that reads at once. If
 * it is late, a kernel acknowledges several segments together; and it joins what is written faster
 * than it can be sent. docs/compare.md compares this with what Linux sent.
 */
import {
  type DatagramCounts,
  type StreamCounts,
  SYN_HEADERS,
  TCP_HEADERS,
  UDP_HEADERS,
} from '../link/index.ts';
import type { LaneRecord } from './record.ts';

export type Cost = NonNullable<LaneRecord['wire']>;

/** SYN, SYN-ACK, ACK. */
export const HANDSHAKE = 3;
/** FIN, FIN-ACK, ACK: the other end closes at once. */
const CLOSING = 3;

export function datagramCost({
  received,
  receivedBytes,
}: Pick<DatagramCounts, 'received' | 'receivedBytes'>): Cost {
  const bytes = receivedBytes + UDP_HEADERS * received;
  return { packets: received, bytes, acknowledgements: 0 };
}

/**
 * @param segment bytes in a segment
 * @param closed whether the connection came to its end
 */
export function streamCost(
  {
    acknowledgements,
    bytes,
    retransmissions,
    segments,
  }: Pick<StreamCounts, 'acknowledgements' | 'bytes' | 'retransmissions' | 'segments'>,
  segment: number,
  closed: boolean,
): Cost {
  const usual = segments + retransmissions + acknowledgements + (closed ? CLOSING : 0);
  return {
    packets: HANDSHAKE + usual,
    bytes:
      bytes +
      retransmissions * segment +
      TCP_HEADERS * usual +
      (2 * SYN_HEADERS + TCP_HEADERS),
    acknowledgements,
  };
}
