/**
 * What a packet is called: `data1` is the first attempt of the packet with sequence number 1,
 * `data1.2` its third, and `ack1` what answers `data1`. Pure.
 *
 * The name says which packet it is, not how many came before it; its fate depends on the same
 * (fate-of.ts). So a lost packet does not rename those behind it.
 */
import type { Direction } from '../link/model/index.ts';
import type { Kind, Packet } from './packet.ts';

export type Named = Pick<Packet, 'attempt' | 'kind' | 'seq'>;

export function packetName({ attempt, kind, seq }: Named): string {
  return `${kind}${seq}${attempt > 0 ? `.${attempt}` : ''}`;
}

const NAME = /^(data|ack|probe|update)(\d{1,10})(?:\.(\d{1,5}))?$/;

/** Undefined if the text is not a packet's name. */
export function nameParts(name: string): Named | undefined {
  const [, kind, seq, attempt = '0'] = NAME.exec(name) ?? [];
  if (kind === undefined) return undefined;
  return { kind: kind as Kind, seq: Number(seq), attempt: Number(attempt) };
}

/** The name of the packet that a link asks about; undefined for another sender's packet. */
export function nameOf(
  direction: Direction,
  k: number,
  line: number,
  attempt: number,
): string | undefined {
  if (line > 1) return undefined;
  const [usual, other]: readonly [Kind, Kind] =
    direction === 'there' ? ['data', 'probe'] : ['ack', 'update'];
  return packetName({ kind: line === 0 ? usual : other, seq: k - 1, attempt });
}
