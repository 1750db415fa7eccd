/**
 * The fate of a packet by who it is, not by how many came before it. Pure.
 *
 * If the seventh packet on the link had the seventh fate, two rungs would part company at the
 * first repeat: from then on every packet would have a different number. Here the second attempt
 * of message 7 has the same fate on every rung.
 *
 *     k        seq + 1, as fates count from 1: `--drop 3` loses the first attempt of message 3
 *     attempt  as the packet says
 *     line     0 for data and their acknowledgements, 1 for probes and updates
 */
import type { Fate, Fates } from '../link/model/index.ts';
import type { Packet } from './packet.ts';

export function fateOf(
  fates: Fates,
  { attempt, kind, seq }: Pick<Packet, 'attempt' | 'kind' | 'seq'>,
): Fate {
  const direction = kind === 'data' || kind === 'probe' ? 'there' : 'back';
  const line = kind === 'data' || kind === 'ack' ? 0 : 1;
  return fates(direction, seq + 1, line, attempt);
}
