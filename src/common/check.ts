/** Checks of what a caller hands in, shared by both kinds of socket. */
import { misuse } from './errors.ts';

/** @throws {MisuseError} ERR_BAD_ARGUMENT unless `size` is a whole number of bytes */
export function checkSize(what: string, size: number, least = 1): void {
  if (!Number.isInteger(size) || size < least) {
    throw misuse(
      `${what} takes a whole number of bytes, ${least} or more, not ${String(size)}`,
    );
  }
}

/**
 * Sockets carry bytes. Text must be encoded by whoever knows its encoding, so a string is
 * refused rather than guessed at.
 *
 * @throws {MisuseError} ERR_BAD_ARGUMENT unless `data` is a Buffer or another Uint8Array
 */
export function checkBytes(what: string, data: unknown): asserts data is Uint8Array {
  if (!(data instanceof Uint8Array)) {
    throw misuse(
      `${what} takes bytes, a Buffer or Uint8Array, not ${kindOf(data)}` +
        (typeof data === 'string' ? ': encode text with Buffer.from(text)' : ''),
    );
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'another object' : `a ${typeof value}`;
}
