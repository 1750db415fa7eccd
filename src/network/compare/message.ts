/**
 * The messages that every lane sends: each carries its number, and bytes that show whether it
 * is intact. Pure.
 *
 *   0        4                                       size
 *   ┌────────┬───────────────────────────────────────┐
 *   │ k      │ bytes computed from k and their place  │
 *   └────────┴───────────────────────────────────────┘
 */

/** Room for the number and four bytes to check it. */
export const SMALLEST = 8;

/** Message k, from 1, of `size` bytes. */
export function messageOf(k: number, size: number): Buffer {
  const message = Buffer.allocUnsafe(size);
  message.writeUInt32BE(k, 0);
  for (let at = 4; at < size; at += 1) message[at] = (k * 31 + at * 7) & 0xff;
  return message;
}

/** The number of this message; undefined when its bytes have been changed. */
export function numberOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < SMALLEST) return undefined;
  const k = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32BE(0);
  return messageOf(k, bytes.length).equals(bytes) ? k : undefined;
}
