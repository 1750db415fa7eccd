/**
 * The messages that every lane sends: each carries its number, and a checksum that shows whether
 * it is intact. Pure.
 *
 *   0        4                              size − 4       size
 *   ┌────────┬──────────────────────────────┬──────────────┐
 *   │ k      │ bytes that differ            │ CRC-32 of    │
 *   │        │ from message to message      │ all before it│
 *   └────────┴──────────────────────────────┴──────────────┘
 */
import { crc32 } from '../../common/index.ts';

/** Bytes of the number, and of the checksum. */
const WORD = 4;

/** Room for both. */
export const SMALLEST = 2 * WORD;

/** Message k, from 1, of `size` bytes. */
export function messageOf(k: number, size: number): Buffer {
  const message = Buffer.allocUnsafe(size);
  const end = size - WORD;
  message.writeUInt32BE(k, 0);
  for (let at = WORD; at < end; at += 1) message[at] = (k * 31 + at * 7) & 0xff;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

/** The number of this message; undefined when its bytes have been changed. */
export function numberOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < SMALLEST) return undefined;
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = message.length - WORD;
  const intact = message.readUInt32BE(end) === crc32(message.subarray(0, end));
  return intact ? message.readUInt32BE(0) : undefined;
}
