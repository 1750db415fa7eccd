/** Messages in the data of packets, however they are cut, and from wherever one begins. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Packer, Unpacker } from '../../../../../src/zeromq/transports/epgm/messages.ts';
import { MOST_PARTS, NO_ENVELOPE } from '../../../../../src/zeromq/zmtp/index.ts';
import { runs } from '../../../../support/properties.ts';

const MOST = 10_000_000;

function pack(messages: readonly Uint8Array[][], size: number): Buffer[] {
  const packer = new Packer();
  for (const message of messages) packer.add(message, NO_ENVELOPE);
  const packets: Buffer[] = [];
  for (let data = packer.next(size); data; data = packer.next(size)) packets.push(data);
  expect(packer.messages).toBe(0);
  return packets;
}

function unpack(unpacker: Unpacker, data: Buffer, continued = false): string[][] {
  expect(unpacker.push(data, continued)).toBe(true);
  const messages: string[][] = [];
  for (;;) {
    const parts = unpacker.next();
    if (!parts) {
      expect(parts).toBeUndefined();
      return messages;
    }
    messages.push(parts.map((part) => part.toString('latin1')));
  }
}

const part = fc.oneof(
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  fc.integer({ min: 250, max: 260 }).map((length) => new Uint8Array(length).fill(length)),
  fc.constant(new Uint8Array(20_000).fill(7)),
);
const message = fc.array(part, { minLength: 1, maxLength: 3 });
const text = (parts: Uint8Array[]): string[] =>
  parts.map((one) => Buffer.from(one).toString('latin1'));

describe('bytes', () => {
  it('short frames have a byte of length, which counts the flags', () => {
    expect(pack([[Buffer.from('a'), Buffer.from('bc')]], 100)).toEqual([
      Buffer.from('000002016103006263', 'hex'),
    ]);
  });

  it('a frame of 254 bytes and more has eight', () => {
    const [short] = pack([[Buffer.alloc(253)]], 1000);
    const [long] = pack([[Buffer.alloc(254)]], 1000);
    expect(short!.toString('hex', 2, 4)).toBe('fe00');
    expect(long!.toString('hex', 2, 12)).toBe('ff00000000000000ff00');
  });

  it('the offset is that of the first message that begins in the packet', () => {
    const packets = pack([[Buffer.from('abcdefgh')], [Buffer.from('ij')]], 6);
    expect(packets.map((data) => data.readUInt16BE())).toEqual([0, 0xffff, 2, 0xffff]);
  });

  it('a part is no beginning', () => {
    const packets = pack(
      [[Buffer.from('abcd'), Buffer.from('ef')], [Buffer.from('g')]],
      8,
    );
    expect(packets.map((data) => data.readUInt16BE())).toEqual([0, 4, 0xffff]);
  });

  it('small bodies are copied when they are added', () => {
    const packer = new Packer();
    const body = Buffer.from('before');
    packer.add(body, NO_ENVELOPE);
    body.write('after!');
    expect(String(packer.next(100)!.subarray(4))).toBe('before');
  });
});

it('whatever is packed is unpacked, in packets of any size', () => {
  const cases = fc.record({
    messages: fc.array(message, { maxLength: 20 }),
    size: fc.integer({ min: 3, max: 3000 }),
  });
  fc.assert(
    fc.property(cases, ({ messages, size }) => {
      const unpacker = new Unpacker(MOST);
      const packets = pack(messages, Math.max(size, 100));
      for (const data of packets)
        expect(data.length).toBeLessThanOrEqual(Math.max(size, 100));
      expect(packets.flatMap((data) => unpack(unpacker, data))).toEqual(
        messages.map((parts) => text(parts)),
      );
      expect(unpacker.held).toBe(0);
    }),
    { numRuns: runs(500) },
  );
});

it('who comes late gets every message that begins later', () => {
  const messages = fc.array(message, { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(messages, fc.nat(), (all, late) => {
      const packets = pack(all, 500);
      const from = packets.slice(late % packets.length);
      const unpacker = new Unpacker(MOST);
      const got = from.flatMap((data) => unpack(unpacker, data));
      const wanted = all.map((parts) => text(parts));
      expect(got).toEqual(got.length === 0 ? [] : wanted.slice(-got.length));
      const begun = pack(all, 500)
        .slice(late % packets.length)
        .some((data) => data.readUInt16BE() !== 0xffff);
      expect(got.length > 0).toBe(begun);
    }),
    { numRuns: runs(500) },
  );
});

it('of a message that is broken off nothing arrives, and the next one does', () => {
  const [first, , ...rest] = pack([[Buffer.alloc(300, 'a')], [Buffer.from('b')]], 102);
  const unpacker = new Unpacker(MOST);
  expect(unpack(unpacker, first!)).toEqual([]);
  unpacker.reset();
  expect(unpacker.held).toBe(0);
  expect(rest.flatMap((data) => unpack(unpacker, data))).toEqual([['b']]);
});

it('a fragment goes on without an offset, unless its beginning was missed', () => {
  const [data] = pack([[Buffer.from('abcdef')]], 100);
  const unpacker = new Unpacker(MOST);
  expect(unpack(unpacker, data!.subarray(5), true)).toEqual([]);
  expect(unpack(unpacker, data!.subarray(0, 5))).toEqual([]);
  expect(unpack(unpacker, data!.subarray(5), true)).toEqual([['abcdef']]);
});

it('conflation keeps the message of which a part has left, and the last', () => {
  const packer = new Packer();
  packer.add(Buffer.from('abcdefgh'), NO_ENVELOPE);
  const packets = [packer.next(6)!];
  for (const one of ['i', 'j']) {
    packer.clear();
    packer.add(Buffer.from(one), NO_ENVELOPE);
  }
  for (let data = packer.next(6); data; data = packer.next(6)) packets.push(data);
  const unpacker = new Unpacker(MOST);
  expect(packets.flatMap((data) => unpack(unpacker, data))).toEqual([
    ['abcdefgh'],
    ['j'],
  ]);
});

describe('bad data', () => {
  it.for([
    ['no offset', ''],
    ['half of one', '00'],
    ['an offset beyond the end', '000401020304'.slice(0, 10)],
  ] as const)('%s', ([, hex]) => {
    expect(new Unpacker(MOST).push(Buffer.from(hex, 'hex'), false)).toBe(false);
  });

  it.for([
    ['a length of 0', '000000'],
    ['a message over the limit', '0000ff000000000000010000'],
    ['a length of 2 to the 63', '0000ff800000000000000000'],
  ] as const)('%s', ([, hex]) => {
    const unpacker = new Unpacker(100);
    expect(unpacker.push(Buffer.from(`${hex}00`, 'hex'), false)).toBe(true);
    expect(unpacker.next()).toBe(false);
  });

  it('parts without end, even empty ones, come to a limit', () => {
    const unpacker = new Unpacker(100);
    expect(unpacker.push(Buffer.alloc(2), false)).toBe(true);
    expect(unpacker.push(Buffer.alloc(2 * MOST_PARTS, 1), true)).toBe(true);
    expect(unpacker.next()).toBeUndefined();
    expect(unpacker.push(Buffer.alloc(2, 1), true)).toBe(true);
    expect(unpacker.next()).toBe(false);
  });
});
