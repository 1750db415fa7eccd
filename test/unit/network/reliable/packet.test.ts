import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipBit } from '../../../../src/network/link/index.ts';
import {
  decode,
  encode,
  HEADER,
  lengthOf,
  type Packet,
  packetOf,
  since,
  stampOf,
} from '../../../../src/network/reliable/packet.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const half = fc.integer({ min: 0, max: 65_535 });
const packets: fc.Arbitrary<Packet> = fc.record({
  kind: fc.constantFrom('data' as const, 'ack', 'probe', 'update'),
  last: fc.boolean(),
  session: word,
  seq: word,
  ack: word,
  window: half,
  attempt: half,
  time: word,
  echo: word,
  blocks: fc.array(fc.record({ from: word, to: word }), { maxLength: 4 }),
  payload: fc.uint8Array({ maxLength: 100 }),
});

/** What Python's struct.pack('>2sBBIIIHHIIIB', …) and zlib.crc32 make of it. */
const FROM_PYTHON =
  '524c020100000007000000050000000400200002000003e8000007d01bde087501' +
  '0000000500000007';

describe("the ladder's packet", () => {
  it('is the bytes that its picture says', () => {
    const packet = packetOf({
      kind: 'ack',
      last: true,
      session: 7,
      seq: 5,
      ack: 4,
      window: 32,
      attempt: 2,
      time: 1000,
      echo: 2000,
      blocks: [{ from: 5, to: 7 }],
    });
    expect(Buffer.from(encode(packet)).toString('hex')).toBe(FROM_PYTHON);
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const bytes = encode(packet);
        expect(bytes).toHaveLength(lengthOf(packet));
        expect(decode(bytes)).toEqual(packet);
      }),
    );
  });

  it('is not taken for good with any one bit flipped', () => {
    const good = encode(
      packetOf({ kind: 'data', session: 1, seq: 2, payload: Buffer.from('hi') }),
    );
    for (let bit = 0; bit < good.length * 8; bit += 1) {
      const bytes = Uint8Array.from(good);
      flipBit(bytes, (bit + 0.5) / (good.length * 8));
      expect(bytes).not.toEqual(good);
      expect(decode(bytes)).toBeUndefined();
    }
  });

  it('is not taken for good when it was cut short, or is something else', () => {
    fc.assert(
      fc.property(packets, fc.nat(), (packet, n) => {
        const bytes = encode(packet);
        expect(decode(bytes.subarray(0, n % bytes.length))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decode(bytes)).toBeUndefined();
      }),
    );
  });

  it('reads no more selective acknowledgements than it has bytes', () => {
    const bytes = encode(packetOf({ kind: 'ack', session: 1, seq: 2 }));
    bytes[HEADER - 1] = 4;
    expect(decode(bytes)).toBeUndefined();
    bytes[HEADER - 1] = 255;
    expect(decode(bytes)).toBeUndefined();
  });

  it('has a time that begins again after 71 minutes, and counts on', () => {
    expect(stampOf(1.5)).toBe(1500);
    const later = 2 ** 32 / 1000 + 20;
    expect(stampOf(later)).toBeLessThan(20_001);
    expect(since(stampOf(later - 50), later)).toBeCloseTo(50, 2);
  });
});
