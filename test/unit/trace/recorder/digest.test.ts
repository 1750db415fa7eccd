import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../../../src/trace/recorder/digest.cjs';

describe('the digest', () => {
  // From the specification of xxHash, and from its own tests.
  it.each([
    ['', '02cc5d05'],
    ['a', '550d7456'],
    ['abc', '32d153ff'],
    ['Nobody inspects the spammish repetition', 'e2293b2f'],
  ])('of %j is that of XXH32', (text, expected) => {
    expect(digest(Buffer.from(text))).toBe(expected);
  });

  it('is the same wherever the bytes lie, and another when one of them changes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(7),
        fc.nat(),
        (bytes, shift, which) => {
          const elsewhere = new Uint8Array(shift + bytes.length);
          elsewhere.set(bytes, shift);
          expect(digest(elsewhere.subarray(shift))).toBe(digest(bytes));
          const other = bytes.slice();
          other[which % bytes.length]! ^= 1;
          expect(digest(other)).not.toBe(digest(bytes));
        },
      ),
    );
  });
});
