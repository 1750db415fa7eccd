/** The part that the benchmark uses of a peer that comes without types. */
declare module 'length-prefixed-stream' {
  import type { Transform } from 'node:stream';
  export function decode(options?: { limit?: number; allowEmpty?: boolean }): Transform;
}
