/** What a trace says about bytes, for code that writes a trace without the recorder. */
import { PREVIEW_BYTES } from '../joined/index.ts';
import { digest } from './digest.cjs';

/** As the events `send`, `receive`, `write` and `read` have it, with a preview as text. */
export function payloadOf(bytes: Uint8Array): {
  bytes: number;
  digest: string;
  text: string;
} {
  // Behind its last whole character, a preview that is cut has none that is halved.
  const stream = bytes.length > PREVIEW_BYTES;
  const text = new TextDecoder().decode(bytes.subarray(0, PREVIEW_BYTES), { stream });
  return { bytes: bytes.length, digest: digest(bytes), text };
}
