import {
  array,
  assert,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  string,
  uint8Array,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_CHARACTER, wholeCharacters } from '../../../src/common/utf8.ts';
import { runs } from '../../support/properties.ts';

function whole(bytes: Uint8Array): number {
  return wholeCharacters(bytes.length, (index) => bytes[index]!);
}

/** Text in all lengths of characters, up to those of four bytes. */
const text = string({ unit: 'binary', maxLength: 40 });
const cuts = array(nat(), { maxLength: 8 });

function pieces(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = at.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  const bounds = [0, ...places, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

/** Decodes piece by piece, always up to where no character is cut. */
function* decoded(chunks: readonly Buffer[]): Generator<string> {
  let rest = Buffer.alloc(0);
  for (const chunk of chunks) {
    const all = Buffer.concat([rest, chunk]);
    const take = whole(all);
    yield all.toString('utf8', 0, take);
    rest = all.subarray(take);
  }
  yield rest.toString('utf8');
}

describe('wholeCharacters', () => {
  it('does what TextDecoder does with a stream of valid text, at every step', () => {
    assert(
      property(text, cuts, (sentence, at) => {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        const chunks = pieces(Buffer.from(sentence), at);
        const expected = chunks.map((chunk) => decoder.decode(chunk, { stream: true }));
        expect([...decoded(chunks)]).toEqual([...expected, decoder.decode()]);
      }),
    );
  });

  it('comes to the same text in the end for any bytes at all', () => {
    const byte = oneof(
      integer({ min: 0, max: 255 }),
      constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xf0, 0xf4, 0xff),
    );
    assert(
      property(array(byte, { maxLength: 24 }), cuts, (bytes, at) => {
        const all = Buffer.from(bytes);
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        expect([...decoded(pieces(all, at))].join('')).toBe(decoder.decode(all));
      }),
      { numRuns: runs(500) },
    );
  });

  it('never holds back more than an unfinished character can have', () => {
    assert(
      property(uint8Array({ maxLength: 24 }), (bytes) => {
        const held = bytes.length - whole(bytes);
        expect(held).toBeGreaterThanOrEqual(0);
        expect(held).toBeLessThan(LONGEST_CHARACTER);
      }),
    );
  });

  it.each([
    ['a', 1],
    ['å', 2],
    ['€', 3],
    ['😀', 4],
  ])('waits for all of %s', (character, length) => {
    const bytes = Buffer.from(`x${character}`);
    expect(bytes).toHaveLength(1 + length);
    for (let have = 1; have < bytes.length; have += 1) {
      expect(whole(bytes.subarray(0, have))).toBe(1);
    }
    expect(whole(bytes)).toBe(bytes.length);
  });

  it('has nothing to wait for in nothing, and in what is not text', () => {
    expect(whole(Buffer.alloc(0))).toBe(0);
    expect(whole(Buffer.from([0x80, 0x80, 0x80, 0x80]))).toBe(4);
  });
});

it.each([0xff, 0xf5, 0xc0, 0xc1, 0x80])(
  'waits for nothing behind %i, with which no character begins',
  (byte) => {
    const bytes = Buffer.from([0x61, byte]);
    expect(wholeCharacters(2, (index) => bytes[index]!)).toBe(2);
  },
);
