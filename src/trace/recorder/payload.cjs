'use strict';
/**
 * The bytes of what a program hands to `write`.
 *
 * @param {unknown} chunk
 * @param {unknown} encoding
 * @returns {Uint8Array | undefined} undefined for what `write` will not take
 */
function bytesOf(chunk, encoding) {
  if (ArrayBuffer.isView(chunk)) return asBytes(chunk);
  if (typeof chunk !== 'string') return undefined;
  const known = typeof encoding === 'string' && Buffer.isEncoding(encoding);
  return Buffer.from(chunk, known ? encoding : 'utf8');
}

/** @param {ArrayBufferView} view @returns {Uint8Array} */
function asBytes(view) {
  if (view instanceof Uint8Array) return view;
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

module.exports = { asBytes, bytesOf };
