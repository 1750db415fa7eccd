'use strict';
/** What a trace says of bytes: how many, their digest, and how they begin. */
const { digest } = require('./digest.cjs');

/** As PREVIEW_BYTES of ../format.ts. */
const PREVIEW_BYTES = 64;

/**
 * @param {Uint8Array} bytes
 * @param {'none' | 'text' | 'hex'} preview
 * @returns {string} the fields as JSON
 */
function payloadFields(bytes, preview) {
  const { length } = bytes;
  const fields = `,"bytes":${length},"digest":"${digest(bytes)}"`;
  if (preview === 'none') return fields;
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, length);
  if (preview === 'hex')
    return `${fields},"hex":"${buffer.toString('hex', 0, PREVIEW_BYTES)}"`;
  return `${fields},"text":${JSON.stringify(buffer.toString('utf8', 0, wholeCharacters(buffer)))}`;
}

/** How many bytes to show without cutting a character of UTF-8. @param {Buffer} bytes */
function wholeCharacters(bytes) {
  if (bytes.length <= PREVIEW_BYTES) return bytes.length;
  let end = PREVIEW_BYTES;
  while (end > PREVIEW_BYTES - 3 && (bytes[end] ?? 0) >> 6 === 0b10) end -= 1;
  return end;
}

/**
 * @param {unknown} chunk what a program handed to `write`
 * @param {unknown} encoding
 * @returns {Uint8Array | undefined} undefined for what `write` will not take
 */
function bytesOf(chunk, encoding) {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) {
    return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  if (typeof chunk !== 'string') return undefined;
  const known = typeof encoding === 'string' && Buffer.isEncoding(encoding);
  return Buffer.from(chunk, known ? encoding : 'utf8');
}

module.exports = { bytesOf, payloadFields };
