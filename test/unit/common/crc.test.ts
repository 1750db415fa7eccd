import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/common/crc.ts';

describe('CRC-32', () => {
  // The check value of the catalogues first, 0xCBF43926.
  it.each([
    ['', 0],
    ['123456789', 0xcbf4_3926],
    ['The quick brown fox jumps over the lazy dog', 0x414f_a339],
  ])('of %j is what others compute', (text, sum) => {
    expect(crc32(Buffer.from(text))).toBe(sum);
  });
});
