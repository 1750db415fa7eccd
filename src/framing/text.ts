/**
 * What a payload means, at the edge: text and JSON. Pure.
 *
 * A frame carries bytes. A program that wants text has to say how text becomes bytes (UTF-8),
 * and has to expect bytes that are not text, text that is not JSON, and JSON that is not what
 * was agreed. A peer may send any of them, so each is a PeerError of its own, and none of them
 * harms the frames that follow.
 *
 * Read next: framed-connection.ts.
 */
import { checkBytes, misuse, PeerError } from '../common/index.ts';

// `fatal`: a wrong byte is an error, not silently a U+FFFD. `ignoreBOM`: keep a leading
// U+FEFF, so that what comes out is exactly what went in.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Returns the value when it is what was agreed, and throws when it is not. */
export type Validator<T> = (value: unknown) => T;

/** @throws {MisuseError} ERR_BAD_ARGUMENT for half a surrogate pair, which has no UTF-8 */
export function encodeText(text: string): Buffer {
  if (typeof text !== 'string' || /\p{Surrogate}/u.test(text)) {
    throw misuse(
      typeof text === 'string'
        ? 'the text holds half a surrogate pair: it was cut inside a character'
        : `text is a string, not a ${typeof text}`,
    );
  }
  return Buffer.from(text, 'utf8');
}

/**
 * @throws {PeerError} ERR_FRAME_NOT_TEXT when the bytes are not UTF-8
 * @throws {MisuseError} ERR_BAD_ARGUMENT when they are not bytes
 */
export function decodeText(payload: Uint8Array): string {
  checkBytes('decodeText', payload);
  try {
    return UTF8.decode(payload);
  } catch (cause) {
    throw new PeerError(
      'ERR_FRAME_NOT_TEXT',
      `the peer sent ${payload.length} bytes that are not UTF-8 text`,
      { cause },
    );
  }
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT for what JSON cannot say: undefined, 1n, circles */
export function encodeJson(value: unknown): Buffer {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return Buffer.from(text, 'utf8');
  throw misuse('this value cannot be written as JSON', { cause });
}

/**
 * @param validate what a valibot `parser(schema)` gives, or a function of your own
 * @throws {PeerError} ERR_FRAME_NOT_TEXT, ERR_FRAME_NOT_JSON, or ERR_FRAME_REFUSED with the
 *   validator's own error as `cause`
 */
export function decodeJson<T>(payload: Uint8Array, validate: Validator<T>): T {
  const text = decodeText(payload);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new PeerError('ERR_FRAME_NOT_JSON', 'the peer sent text that is not JSON', {
      cause,
    });
  }
  try {
    return validate(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PeerError(
      'ERR_FRAME_REFUSED',
      `the peer sent JSON of an unexpected form: ${why}`,
      {
        cause,
      },
    );
  }
}
