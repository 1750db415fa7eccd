/** What the processes of a ZeroMQ benchmark share. */
export type BasicRole = 'inproc' | 'pull' | 'push' | 'rep' | 'req' | 'sub' | 'xpub';
/** Those with many connections. */
export type ScaleRole =
  'dealers' | 'fan' | 'pulls' | 'restarted' | 'returning' | 'router' | 'visits';
export type Role = BasicRole | ScaleRole;

/**
 * How many messages to send before measuring. V8 needs a few thousand calls, and half a second,
 * until it has compiled the hot code.
 */
export function warmUp(count: number): number {
  return Math.max(1, Math.floor(count / 4));
}
