/**
 * The ladder's packet, in one datagram. Pure.
 *
 *   byte 0        2      3      4
 *      0 ┌────────┬──────┬──────┬───────────────────┐
 *        │ "RL"   │ kind │ flags│ session           │    kind    1 data, 2 ack, 3 probe, 4 update
 *      8 ├────────┴──────┴──────┼───────────────────┤    flags   1: no message follows this one
 *        │ seq                  │ ack               │    ack     the number expected next
 *     16 ├──────────┬───────────┼───────────────────┤    window  how many packets there is room
 *        │ window   │ attempt   │ time              │            for, from ack on
 *     24 ├──────────┴───────────┼───────────────────┤    attempt 0 when it is sent first
 *        │ echo                 │ CRC-32            │    time    µs on the sender's clock
 *     32 ├────┬─────────────────┴───────────────────┤    echo    the time of the packet that
 *        │ n  │ n × (from 4, to 4)    │ payload …   │            this one answers
 *     33 └────┴─────────────────────────────────────┘
 *
 * All numbers are big-endian and unsigned. The CRC-32 (of Ethernet, gzip and PNG) covers the whole
 * packet, its own four bytes taken as 0. In Python: `struct.Struct('>2sBBIIIHHIIIB')`.
 *
 * `n` counts the selective acknowledgements, 0 to 4: packets `from` up to but not including
 * `to` have arrived, though one before them is missing (RFC 2018 has the idea).
 *
 * **Who it is.** A packet's fate follows from its direction, kind, seq and attempt. An `ack`
 * repeats the seq and the attempt of the packet that it answers, so that it can be told from all
 * others too.
 */
import { crc32 } from '../../common/index.ts';

/** `probe`: do you have room again? `update`: this is how much I have. */
export type Kind = 'data' | 'ack' | 'probe' | 'update';
const KINDS: readonly Kind[] = ['data', 'ack', 'probe', 'update'];

/** Packets from `from` on and before `to` have arrived. */
export interface Block {
  from: number;
  to: number;
}

export interface Packet {
  kind: Kind;
  last: boolean;
  session: number;
  seq: number;
  ack: number;
  window: number;
  attempt: number;
  time: number;
  echo: number;
  blocks: readonly Block[];
  payload: Uint8Array;
}

export const HEADER = 33;
export const MOST_BLOCKS = 4;
/** The longest payload: what fits into an IPv4 datagram (65,507 bytes) after the longest header. */
export const LARGEST_PAYLOAD = 65_507 - HEADER - MOST_BLOCKS * 8;
const NOTHING = new Uint8Array(0);
const NO_BLOCKS: readonly Block[] = [];
const MAGIC = 0x524c;
const CRC_AT = 28;
const LAST = 1;

/** A packet with these fields; all others are 0. */
export function packetOf({
  kind,
  last = false,
  session,
  seq,
  ack = 0,
  window = 0,
  attempt = 0,
  time = 0,
  echo = 0,
  blocks = NO_BLOCKS,
  payload = NOTHING,
}: Partial<Packet> & Pick<Packet, 'kind' | 'session' | 'seq'>): Packet {
  return { kind, last, session, seq, ack, window, attempt, time, echo, blocks, payload };
}

/** Bytes of the packet. */
export function lengthOf({ blocks, payload }: Packet): number {
  return HEADER + blocks.length * 8 + payload.length;
}

export function encode(packet: Packet): Uint8Array {
  const bytes = new Uint8Array(lengthOf(packet));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC);
  view.setUint8(2, KINDS.indexOf(packet.kind) + 1);
  view.setUint8(3, packet.last ? LAST : 0);
  view.setUint32(4, packet.session);
  view.setUint32(8, packet.seq);
  view.setUint32(12, packet.ack);
  view.setUint16(16, packet.window);
  view.setUint16(18, packet.attempt);
  view.setUint32(20, packet.time);
  view.setUint32(24, packet.echo);
  view.setUint8(32, packet.blocks.length);
  for (const [index, { from, to }] of packet.blocks.entries()) {
    view.setUint32(HEADER + index * 8, from);
    view.setUint32(HEADER + index * 8 + 4, to);
  }
  bytes.set(packet.payload, HEADER + packet.blocks.length * 8);
  view.setUint32(CRC_AT, crc32(bytes));
  return bytes;
}

/** The packet; undefined if it was damaged on its way, or never was one. */
export function decode(bytes: Uint8Array): Packet | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint8(32);
  const kind = KINDS[view.getUint8(2) - 1];
  const body = HEADER + count * 8;
  if (view.getUint16(0) !== MAGIC || !kind) return undefined;
  if (count > MOST_BLOCKS || body > bytes.length) return undefined;
  if (view.getUint32(CRC_AT) !== checksumOf(bytes)) return undefined;
  return {
    kind,
    last: (view.getUint8(3) & LAST) !== 0,
    session: view.getUint32(4),
    seq: view.getUint32(8),
    ack: view.getUint32(12),
    window: view.getUint16(16),
    attempt: view.getUint16(18),
    time: view.getUint32(20),
    echo: view.getUint32(24),
    blocks: Array.from({ length: count }, (_, index) => ({
      from: view.getUint32(HEADER + index * 8),
      to: view.getUint32(HEADER + index * 8 + 4),
    })),
    payload: bytes.slice(body),
  };
}

function checksumOf(bytes: Uint8Array): number {
  const copy = Uint8Array.from(bytes);
  copy.fill(0, CRC_AT, CRC_AT + 4);
  return crc32(copy);
}

const STAMPS = 2 ** 32;

/** A time, in milliseconds, as a packet carries it: microseconds, from 0 again after 71 minutes. */
export function stampOf(now: number): number {
  return Math.round(now * 1000) % STAMPS;
}

/** Milliseconds from a stamp to now. */
export function since(stamp: number, now: number): number {
  return ((stampOf(now) - stamp + STAMPS) % STAMPS) / 1000;
}
