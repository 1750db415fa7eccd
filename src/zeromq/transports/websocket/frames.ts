/**
 * WebSocket's frames, as they leave. Pure.
 *
 *     ┌──────┬────────┬─────────────┬───────────────┬───────┬──────────┐
 *     │ type │ length │ more length │ mask, a       │ flags │ body     │
 *     │      │        │ 0, 2 or 8 B │ client's: 4 B │ of ZWS│ …        │
 *     └──────┴────────┴─────────────┴───────────────┴───────┴──────────┘
 *
 * A client XORs what it sends with a mask that nobody can predict, so that no page can make a
 * browser send bytes that something on the way takes for HTTP.
 *
 * They are made here, and not by `ws`, so that many leave in one write, and so that we know, when
 * the process ends, what the system has not taken.
 *
 * Source: RFC 6455, 5.2 and 5.3.
 */
export interface WebSocketFrame {
  type: 'message' | 'ping' | 'pong';
  /** ZWS's, before the body of a message. */
  flags?: number;
  body: Uint8Array;
}

/** With the bit that says that the message ends here. */
const TYPES = { message: 0x82, ping: 0x89, pong: 0x8a };
const MASKED = 0x80;
const MASK = 4;

/** Gives four bytes that nobody can predict. */
export type Masks = () => Uint8Array;
/** Lengths in one byte, and in two after the number 126. Longer ones have eight after 127. */
const [SHORT, MEDIUM] = [125, 0xff_ff];

/** @param masks for a client's frames; a server's have none */
export function encodeFrames(
  frames: readonly WebSocketFrame[],
  masks: Masks | undefined,
): Buffer {
  const masked = masks !== undefined;
  const size = frames.reduce((sum, frame) => sum + sizeOf(frame, masked), 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const frame of frames) at = write(frame, masks?.(), bytes, at);
  return bytes;
}

function payloadOf({ flags, body }: WebSocketFrame): number {
  return body.length + (flags === undefined ? 0 : 1);
}

function sizeOf(frame: WebSocketFrame, masked: boolean): number {
  const length = payloadOf(frame);
  const more = length <= MEDIUM ? 2 : 8;
  return 2 + (length <= SHORT ? 0 : more) + (masked ? MASK : 0) + length;
}

function write(
  frame: WebSocketFrame,
  mask: Uint8Array | undefined,
  bytes: Buffer,
  start: number,
): number {
  const length = payloadOf(frame);
  let at = start;
  bytes[at] = TYPES[frame.type];
  at = writeLength(length, mask ? MASKED : 0, bytes, at + 1);
  if (mask) {
    bytes.set(mask, at);
    at += MASK;
  }
  if (frame.flags !== undefined) bytes[at] = frame.flags;
  bytes.set(frame.body, at + length - frame.body.length);
  if (mask) applyMask(mask, bytes.subarray(at, at + length));
  return at + length;
}

/** Four bytes at a time, where they lie as the processor wants them. */
function applyMask(mask: Uint8Array, payload: Uint8Array): void {
  const { buffer, byteOffset, length } = payload;
  const first = -byteOffset & 3;
  const words = Math.max(0, (length - first) >> 2);
  if (words === 0) {
    for (let i = 0; i < length; i += 1) payload[i]! ^= mask[i & 3]!;
    return;
  }
  for (let i = 0; i < first; i += 1) payload[i]! ^= mask[i]!;
  const turned = Uint8Array.from({ length: MASK }, (_, i) => mask[(first + i) & 3]!);
  const word = new Int32Array(turned.buffer)[0]!;
  const middle = new Int32Array(buffer, byteOffset + first, words);
  for (let i = 0; i < words; i += 1) middle[i]! ^= word;
  for (let i = first + 4 * words; i < length; i += 1) payload[i]! ^= mask[i & 3]!;
}

function writeLength(length: number, flag: number, bytes: Buffer, at: number): number {
  if (length <= SHORT) {
    bytes[at] = flag | length;
    return at + 1;
  }
  if (length <= MEDIUM) {
    bytes[at] = flag | 126;
    return bytes.writeUInt16BE(length, at + 1);
  }
  bytes[at] = flag | 127;
  return bytes.writeBigUInt64BE(BigInt(length), at + 1);
}
