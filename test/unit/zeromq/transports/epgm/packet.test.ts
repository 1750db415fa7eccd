/** PGM's packets: their bytes, there and back, and what is not a packet at all. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DATA_HEADER,
  decodePacket,
  distance,
  encodeData,
  encodeNak,
  encodeSpm,
  later,
  MOST_IN_NAK,
} from '../../../../../src/zeromq/transports/epgm/packet.ts';
import { runs } from '../../../../support/properties.ts';

const tsi = '0102030405060a0b';
const port = 5555;
const [address, group] = ['10.77.0.1', '239.192.1.1'];

const sequence = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const address4 = fc.ipV4();
const session = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const portNumber = fc.integer({ min: 1, max: 65_535 });

/** Another checksum, for a packet that was changed by hand. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt16BE(0, 6);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += (bytes[at]! << 8) + (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  bytes.writeUInt16BE(~sum & 0xffff || 0xffff, 6);
  return bytes;
}

/** A data packet with options between its header and its data. */
function withOptions(options: number[], data = 'data'): Buffer {
  const plain = encodeData({
    type: 'ODATA',
    tsi,
    port,
    sequence: 7,
    trail: 1,
    data: Buffer.from(data),
  });
  const bytes = Buffer.concat([
    plain.subarray(0, DATA_HEADER),
    Buffer.from(options),
    plain.subarray(DATA_HEADER),
  ]);
  bytes[5] = 1;
  return sealed(bytes);
}

describe('bytes', () => {
  it('a SPM is what OpenPGM sends', () => {
    const spm = encodeSpm({ tsi, port, sequence: 1, trail: 2, lead: 3, address });
    expect(spm.toString('hex')).toBe(
      '0a0b15b30000' + // ports, type, options
        'cce0' + // checksum
        '010203040506' + // GSI
        '0000' + // no data
        '000000010000000200000003' + // sequence, trail, lead
        '00010000' + // IPv4
        '0a4d0001',
    );
  });

  it('a NAK has the ports exchanged, and the other numbers in a list', () => {
    const nak = encodeNak({
      type: 'NAK',
      tsi,
      port,
      sequences: [5, 6, 9],
      address,
      group,
    });
    expect(nak.readUInt16BE(0)).toBe(port);
    expect(nak.toString('hex', 2, 4)).toBe('0a0b');
    expect(nak.subarray(36).toString('hex')).toBe('00040010820c00000000000600000009');
    expect(decodePacket(nak)).toEqual({
      type: 'NAK',
      tsi,
      port,
      sequences: [5, 6, 9],
      address,
      group,
    });
  });

  it('a fragment says whether it goes on with the packet before it', () => {
    const fragment = (first: number): number[] => [
      0,
      4,
      0,
      20,
      0x81,
      16,
      0,
      0,
      0,
      0,
      0,
      first,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      99,
    ];
    const data = Buffer.from('data');
    expect(decodePacket(withOptions(fragment(7)))).toMatchObject({
      continued: false,
      data,
    });
    expect(decodePacket(withOptions(fragment(6)))).toMatchObject({
      continued: true,
      data,
    });
  });

  it('options that nobody knows are passed over', () => {
    const options = [0, 4, 0, 12, 3, 4, 0, 0, 0x8d, 4, 0, 0];
    expect(decodePacket(withOptions(options))).toMatchObject({
      data: Buffer.from('data'),
    });
  });
});

describe('there and back', () => {
  it('SPM', () => {
    const packets = fc.record({
      tsi: session,
      port: portNumber,
      sequence,
      lead: sequence,
      address: address4,
      kept: fc.integer({ min: 0, max: 1000 }),
    });
    fc.assert(
      fc.property(packets, ({ kept, ...rest }) => {
        const packet = { ...rest, trail: later(rest.lead, 1 - kept) };
        expect(decodePacket(encodeSpm(packet))).toEqual({ type: 'SPM', ...packet });
      }),
      { numRuns: runs(1000) },
    );
  });

  it('ODATA and RDATA', () => {
    const packets = fc.record({
      type: fc.constantFrom('ODATA' as const, 'RDATA' as const),
      tsi: session,
      port: portNumber,
      sequence,
      data: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(packets, (rest) => {
        const packet = { ...rest, trail: later(rest.sequence, -3) };
        const bytes = encodeData(packet);
        expect(decodePacket(bytes)).toEqual({ ...packet, continued: false });
      }),
      { numRuns: runs(1000) },
    );
  });

  it('NAK and NCF', () => {
    const packets = fc.record({
      type: fc.constantFrom('NAK' as const, 'NCF' as const),
      tsi: session,
      port: portNumber,
      sequences: fc.array(sequence, { minLength: 1, maxLength: MOST_IN_NAK }),
      address: address4,
      group: address4,
    });
    fc.assert(
      fc.property(packets, (packet) => {
        expect(decodePacket(encodeNak(packet))).toEqual(packet);
      }),
      { numRuns: runs(1000) },
    );
  });
});

describe('what is not a packet', () => {
  const good = encodeNak({ type: 'NCF', tsi, port, sequences: [1, 2], address, group });

  it('one with any bit turned', () => {
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bad = Buffer.from(good);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodePacket(bad)).toBeUndefined();
    }
  });

  it('one that is cut off anywhere', () => {
    for (let length = 0; length < good.length; length += 1) {
      const cut = good.subarray(0, length);
      expect(decodePacket(length < 16 ? cut : sealed(Buffer.from(cut)))).toBeUndefined();
    }
  });

  it('any bytes: nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), (some) => {
        const packet = decodePacket(sealed(Buffer.from(some)));
        expect(packet === undefined || packet.tsi.length === 16).toBe(true);
      }),
      { numRuns: runs(20_000) },
    );
  });

  it.for([
    ['without a length', [0x81, 4, 0, 0]],
    ['longer than the packet', [0, 4, 0xff, 0xff]],
    ['of no length', [0, 4, 0, 8, 3, 0, 0, 0]],
    ['of a length beyond the end', [0, 4, 0, 8, 3, 200, 0, 0]],
    ['a fragment that is too short', [0, 4, 0, 8, 0x81, 4, 0, 0]],
  ] as const)('options: %s', ([, options]) => {
    expect(decodePacket(withOptions([...options]))).toBeUndefined();
  });

  it('data without a checksum, or that ends before its length, or of parity', () => {
    const data = Buffer.from('data');
    const of = (): Buffer =>
      encodeData({ type: 'ODATA', tsi, port, sequence: 1, trail: 1, data });
    const unsealed = of();
    unsealed.writeUInt16BE(0, 6);
    expect(decodePacket(unsealed)).toBeUndefined();
    const long = of();
    long.writeUInt16BE(5, 14);
    expect(decodePacket(sealed(long))).toBeUndefined();
    const parity = of();
    parity[5] = 0x80;
    expect(decodePacket(sealed(parity))).toBeUndefined();
    const impossible = encodeData({
      type: 'ODATA',
      tsi,
      port,
      sequence: 1,
      trail: 2,
      data,
    });
    expect(decodePacket(impossible)).toBeUndefined();
  });
});

it('sequence numbers begin again at 0', () => {
  expect(distance(2 ** 32 - 1, 2)).toBe(3);
  expect(distance(2, 2 ** 32 - 1)).toBe(-3);
  expect(later(2 ** 32 - 1)).toBe(0);
  expect(later(0, -1)).toBe(2 ** 32 - 1);
});
