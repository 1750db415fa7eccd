/** Turns anything that may be sent into bytes. Pure. */

export type Message = Buffer;
export type MessageLike =
  ArrayBufferView | ArrayBuffer | SharedArrayBuffer | string | number | null;

/** A message on its way out: one part, or several. */
export type Outgoing = Uint8Array | readonly Uint8Array[];
/** What a pattern puts in front of a message: a delimiter, an address. */
export type Envelope = readonly Uint8Array[];

export const EMPTY = Buffer.alloc(0);
export const NO_ENVELOPE: Envelope = [];

export function toOutgoing(message: unknown): Outgoing {
  if (message instanceof Uint8Array) return message;
  if (typeof message === 'string') return Buffer.from(message);
  if (!Array.isArray(message)) return toBytes(message);
  if (message.length === 0) throw new TypeError('Message must have at least one part');
  return message.map(toBytes);
}

function toBytes(part: unknown): Uint8Array {
  if (part instanceof Uint8Array) return part;
  if (part === null) return EMPTY;
  if (ArrayBuffer.isView(part)) {
    return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  }
  if (part instanceof ArrayBuffer || part instanceof SharedArrayBuffer) {
    return new Uint8Array(part);
  }
  return Buffer.from(String(part as number)); // whatever it is, as the native engine does
}

export function partsOf(message: Outgoing): readonly Uint8Array[] {
  return message instanceof Uint8Array ? [message] : message;
}

/** Whether a part subscribes, 01 and a topic, or cancels, 00 and a topic, as in ZMTP 3.0. */
export function isSubscription(part: Uint8Array): boolean {
  return part[0] === 0 || part[0] === 1;
}

/** A part as the receiver gets it: the same memory, as a Buffer. */
export function asBuffer(part: Uint8Array): Buffer {
  return Buffer.isBuffer(part)
    ? part
    : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
}
