/** Types for the part of a peer without types that the benchmark uses. */
declare module 'length-prefixed-stream' {
  import type { Transform } from 'node:stream';
  export function decode(options?: { limit?: number; allowEmpty?: boolean }): Transform;
}
