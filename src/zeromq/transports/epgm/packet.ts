/**
 * PGM's packets, as they travel inside UDP datagrams. Pure.
 *
 *    0               2               4       5         6          8          14       16
 *   ┌───────────────┬───────────────┬───────┬─────────┬──────────┬──────────┬────────┐
 *   │ source port   │ dest. port    │ type  │ options │ checksum │ GSI      │ length │ …
 *   └───────────────┴───────────────┴───────┴─────────┴──────────┴──────────┴────────┘
 *
 *   SPM            sequence of SPMs, trail, lead, the sender's address    "I am here, so far"
 *   ODATA, RDATA   sequence, trail, [options], data                       new; repeated
 *   NAK            sequence, sender's address, group, [more sequences]    "I lack these"
 *   NCF            the same, to the whole group                           "I have heard"
 *   SPMR           nothing                                                "who are you?"
 *
 * GSI and source port together name a sender: its transport session identifier (TSI). What
 * receivers say has the two ports exchanged. Trail and lead are the oldest and the newest packet
 * that the sender can repeat. Sequence numbers have 32 bits and wrap around to 0.
 *
 * Only IPv4, no parity packets. A packet without a checksum is accepted where the RFC allows it.
 *
 * Source: RFC 3208, sections 8 and 9, and what libzmq's library (OpenPGM) was seen to send.
 * Read next: messages.ts.
 */

interface Common {
  /** The session's sender: 16 hex digits. */
  tsi: string;
  /** The port of the address: it is in the packets, too. */
  port: number;
}

export interface SpmPacket extends Common {
  type: 'SPM';
  sequence: number;
  trail: number;
  lead: number;
  /** The sender's, to which NAKs go. */
  address: string;
}

export interface DataPacket extends Common {
  type: 'ODATA' | 'RDATA';
  sequence: number;
  trail: number;
  data: Buffer;
  /** It goes on with what the packet before it began (OPT_FRAGMENT). */
  continued: boolean;
}

export interface NakPacket extends Common {
  type: 'NAK' | 'NCF';
  /** 1 to 63. */
  sequences: number[];
  address: string;
  group: string;
}

export type Packet = SpmPacket | DataPacket | NakPacket | ({ type: 'SPMR' } & Common);

const TYPES = { SPM: 0, ODATA: 4, RDATA: 5, NAK: 8, NCF: 10, SPMR: 12 } as const;
const NAMES = new Map(
  Object.entries(TYPES).map(([name, code]) => [code as number, name]),
);

const HEADER = 16;
/** In front of the data, in bytes. */
export const DATA_HEADER = HEADER + 8;
/** Sequence, and two addresses of 8 bytes. */
const NAK_LENGTH = HEADER + 20;
const SPM_LENGTH = HEADER + 20;
const [PRESENT, NETWORK, PARITY] = [0x01, 0x02, 0x80];
const [OPT_LENGTH, OPT_FRAGMENT, OPT_NAK_LIST, OPT_END] = [0, 1, 2, 0x80];
/** How many sequence numbers fit into one NAK: one, and an option of 255 bytes. */
export const MOST_IN_NAK = 63;
const IPV4 = 1;

/** From one sequence number to another; negative when the other is the older. */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** The sequence number this many later. */
export function later(sequence: number, by = 1): number {
  return (sequence + by) >>> 0;
}

/** @returns undefined for anything that is not a whole, sound packet of these types */
export function decodePacket(bytes: Buffer): Packet | undefined {
  if (bytes.length < HEADER || !isSound(bytes)) return undefined;
  const type = NAMES.get(bytes[4]! & 0x0f) as Packet['type'] | undefined;
  if (type === undefined || (bytes[5]! & PARITY) !== 0) return undefined;
  const gsi = bytes.toString('hex', 8, 14);
  const fromReceiver = type === 'NAK' || type === 'SPMR';
  const [own, other] = fromReceiver ? [2, 0] : [0, 2];
  const tsi = gsi + bytes.toString('hex', own, own + 2);
  const common = { tsi, port: bytes.readUInt16BE(other) };
  switch (type) {
    case 'SPM':
      return decodeSpm(bytes, common);
    case 'ODATA':
    case 'RDATA':
      return decodeData(bytes, type, common);
    case 'NAK':
    case 'NCF':
      return decodeNak(bytes, type, common);
    case 'SPMR':
      return { type, ...common };
  }
}

function decodeSpm(bytes: Buffer, common: Common): SpmPacket | undefined {
  const address = addressAt(bytes, HEADER + 12);
  if (address === undefined) return undefined;
  const sequence = bytes.readUInt32BE(HEADER);
  const trail = bytes.readUInt32BE(HEADER + 4);
  const lead = bytes.readUInt32BE(HEADER + 8);
  // An empty window: its oldest packet is the one to come.
  if (distance(trail, later(lead)) < 0) return undefined;
  return { type: 'SPM', ...common, sequence, trail, lead, address };
}

function decodeData(
  bytes: Buffer,
  type: 'ODATA' | 'RDATA',
  common: Common,
): DataPacket | undefined {
  if (bytes.length < DATA_HEADER || bytes.readUInt16BE(6) === 0) return undefined;
  const sequence = bytes.readUInt32BE(HEADER);
  const trail = bytes.readUInt32BE(HEADER + 4);
  const options = optionsOf(bytes, DATA_HEADER);
  if (!options || distance(trail, sequence) < 0) return undefined;
  const end = options.end + bytes.readUInt16BE(14);
  if (end > bytes.length) return undefined;
  const fragment = options.found.get(OPT_FRAGMENT);
  if (fragment && fragment.length !== 13) return undefined;
  const continued = fragment !== undefined && fragment.readUInt32BE(1) !== sequence;
  const data = bytes.subarray(options.end, end);
  return { type, ...common, sequence, trail, data, continued };
}

function decodeNak(
  bytes: Buffer,
  type: 'NAK' | 'NCF',
  common: Common,
): NakPacket | undefined {
  const address = addressAt(bytes, HEADER + 4);
  const group = addressAt(bytes, HEADER + 12);
  const options = address && group ? optionsOf(bytes, NAK_LENGTH) : undefined;
  if (address === undefined || group === undefined || !options) return undefined;
  const sequences = [bytes.readUInt32BE(HEADER)];
  const list = options.found.get(OPT_NAK_LIST) ?? Buffer.alloc(0);
  for (let at = 1; at + 4 <= list.length; at += 4) {
    sequences.push(list.readUInt32BE(at));
  }
  return { type, ...common, sequences, address, group };
}

/** AFI, reserved, and an address of four bytes; undefined for one of IPv6. */
function addressAt(bytes: Buffer, at: number): string | undefined {
  if (bytes.length < at + 8 || bytes.readUInt16BE(at) !== IPV4) return undefined;
  return bytes.subarray(at + 4, at + 8).join('.');
}

/** What follows the header of each option, and where they all end. */
function optionsOf(
  bytes: Buffer,
  start: number,
): { found: Map<number, Buffer>; end: number } | undefined {
  const found = new Map<number, Buffer>();
  if ((bytes[5]! & PRESENT) === 0) return { found, end: start };
  if (bytes.length < start + 4 || bytes.readUInt16BE(start) !== OPT_LENGTH * 256 + 4) {
    return undefined;
  }
  const end = start + bytes.readUInt16BE(start + 2);
  if (end > bytes.length) return undefined;
  let at = start + 4;
  while (at + 3 <= end) {
    const [type, length] = [bytes[at]!, bytes[at + 1]!];
    if (length < 3 || at + length > end) return undefined;
    found.set(type & ~OPT_END, bytes.subarray(at + 3, at + length));
    at += length;
    if ((type & OPT_END) !== 0) break;
  }
  return { found, end };
}

export function encodeSpm(packet: Omit<SpmPacket, 'type'>): Buffer {
  const bytes = start('SPM', packet, SPM_LENGTH);
  bytes.writeUInt32BE(packet.sequence, HEADER);
  bytes.writeUInt32BE(packet.trail, HEADER + 4);
  bytes.writeUInt32BE(packet.lead, HEADER + 8);
  writeAddress(bytes, packet.address, HEADER + 12);
  return seal(bytes);
}

export function encodeData(packet: Omit<DataPacket, 'continued'>): Buffer {
  const { data } = packet;
  const bytes = start(packet.type, packet, DATA_HEADER + data.length);
  bytes.writeUInt16BE(data.length, 14);
  bytes.writeUInt32BE(packet.sequence, HEADER);
  bytes.writeUInt32BE(packet.trail, HEADER + 4);
  bytes.set(data, DATA_HEADER);
  return seal(bytes);
}

/** @param packet with at most {@link MOST_IN_NAK} sequence numbers */
export function encodeNak(packet: NakPacket): Buffer {
  const [first, ...others] = packet.sequences;
  const option = others.length > 0 ? 8 + 4 * others.length : 0;
  const bytes = start(packet.type, packet, NAK_LENGTH + option);
  bytes.writeUInt32BE(first!, HEADER);
  writeAddress(bytes, packet.address, HEADER + 4);
  writeAddress(bytes, packet.group, HEADER + 12);
  if (option > 0) {
    bytes[5] = PRESENT | NETWORK;
    bytes[NAK_LENGTH + 1] = 4;
    bytes.writeUInt16BE(option, NAK_LENGTH + 2);
    bytes[NAK_LENGTH + 4] = OPT_NAK_LIST | OPT_END;
    // Without the four bytes of OPT_LENGTH.
    bytes[NAK_LENGTH + 5] = option - 4;
    others.forEach((one, i) => bytes.writeUInt32BE(one, NAK_LENGTH + 8 + 4 * i));
  }
  return seal(bytes);
}

function start(type: keyof typeof TYPES, { tsi, port }: Common, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const [own, other] = type === 'NAK' ? [2, 0] : [0, 2];
  bytes.write(tsi.slice(12), own, 'hex');
  bytes.writeUInt16BE(port, other);
  bytes[4] = TYPES[type];
  bytes.write(tsi.slice(0, 12), 8, 'hex');
  return bytes;
}

function writeAddress(bytes: Buffer, address: string, at: number): void {
  bytes.writeUInt16BE(IPV4, at);
  bytes.set(address.split('.').map(Number), at + 4);
}

/** Writes the checksum: 0 would mean that there is none. */
function seal(bytes: Buffer): Buffer {
  bytes.writeUInt16BE(~sum(bytes) & 0xffff || 0xffff, 6);
  return bytes;
}

function isSound(bytes: Buffer): boolean {
  return bytes.readUInt16BE(6) === 0 || sum(bytes) === 0xffff;
}

/** The one's complement sum of RFC 1071, over all bytes. */
function sum(bytes: Buffer): number {
  const even = bytes.length & ~1;
  let total = 0;
  for (let at = 0; at < even; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  if (even < bytes.length) total += bytes[even]! << 8;
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return total;
}
