'use strict';
/**
 * XXH32: a fast 32-bit digest, to tell payloads apart and to find the same one at both ends.
 * It is not cryptographic: two payloads with the same digest are easy to make.
 *
 *   16 bytes at a time into four lanes ── the lanes into one ── the rest, 4 and 1 at a time ──
 *   the length ── a last mixing of all bits
 *
 * Source: xxHash fast digest algorithm, version 0.1.1, XXH32, with seed 0.
 */
const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

/** @type {(x: number, by: number) => number} */
const rotate = (x, by) => (x << by) | (x >>> (32 - by));

/**
 * @param {Uint8Array} bytes
 * @returns {number} the digest, 0 to 2³² − 1
 */
function xxh32(bytes) {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let at = 0;
  let h = P5;
  if (length >= 16) {
    let a = (P1 + P2) | 0;
    let b = P2 | 0;
    let c = 0;
    let d = -P1 | 0;
    for (const last = length - 16; at <= last; at += 16) {
      a = Math.imul(rotate((a + Math.imul(view.getInt32(at, true), P2)) | 0, 13), P1);
      b = Math.imul(rotate((b + Math.imul(view.getInt32(at + 4, true), P2)) | 0, 13), P1);
      c = Math.imul(rotate((c + Math.imul(view.getInt32(at + 8, true), P2)) | 0, 13), P1);
      d = Math.imul(
        rotate((d + Math.imul(view.getInt32(at + 12, true), P2)) | 0, 13),
        P1,
      );
    }
    h = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  }
  h = (h + length) | 0;
  for (; at + 4 <= length; at += 4) {
    h = Math.imul(rotate((h + Math.imul(view.getInt32(at, true), P3)) | 0, 17), P4);
  }
  for (; at < length; at += 1) {
    h = Math.imul(rotate((h + Math.imul(view.getUint8(at), P5)) | 0, 11), P1);
  }
  h = Math.imul(h ^ (h >>> 15), P2);
  h = Math.imul(h ^ (h >>> 13), P3);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} the digest as eight hexadecimal digits
 */
function digest(bytes) {
  return xxh32(bytes).toString(16).padStart(8, '0');
}

module.exports = { digest, xxh32 };
