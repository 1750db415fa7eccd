/**
 * CRC-32, the checksum of Ethernet, gzip and PNG (ISO 3309, RFC 1952 8). Pure.
 *
 * The sum changes if any single bit is flipped, or any bits within a run of 32. `node:zlib` has it
 * from Node 20.15 and 22.2 on; we run on 20.12 too.
 */
const POLYNOMIAL = 0xedb8_8320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  }
  return remainder;
});

/** @returns 32 bits, without a sign */
export function crc32(bytes: Uint8Array): number {
  let remainder = -1;
  for (const byte of bytes) {
    remainder = (remainder >>> 8) ^ TABLE[(remainder ^ byte) & 0xff]!;
  }
  return ~remainder >>> 0;
}
