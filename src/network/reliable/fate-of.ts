/**
 * Gives a packet its fate by which packet it is, not by how many came before it. Pure.
 *
 * If the seventh packet on the link had the seventh fate, two rungs would part company at the
 * first repeat: from then on every packet would have a different number. Here the second attempt
 * of message 7 has the same fate on every rung, in virtual time and through the relay.
 */
import type { Direction, Fate, Fates, Who } from '../link/model/index.ts';
import { decode, type Packet } from './packet.ts';

type Named = Pick<Packet, 'attempt' | 'kind' | 'seq'>;

/** @param flow which of several senders it belongs to, from 0: each has luck of its own */
export function fateOf(fates: Fates, packet: Named, flow = 0): Fate {
  const { k, line, attempt } = whoIs(packet);
  return fates(directionOf(packet), k, line + 2 * flow, attempt);
}

/** Which way it travels: data and probes there, answers back. */
function directionOf({ kind }: Named): Direction {
  return kind === 'data' || kind === 'probe' ? 'there' : 'back';
}

/**
 *     k        seq + 1, as fates count from 1: `--drop 3` loses the first attempt of message 3
 *     line     0 for data and their acknowledgements, 1 for probes and updates
 *     attempt  as the packet says
 */
export function whoIs({ attempt, kind, seq }: Named): Who {
  return { k: seq + 1, line: kind === 'data' || kind === 'ack' ? 0 : 1, attempt };
}

/** For a relay: which packet a datagram is, or undefined if it is not one of the ladder's. */
export function whoIsDatagram(data: Uint8Array): Who | undefined {
  const packet = decode(data);
  return packet && whoIs(packet);
}
