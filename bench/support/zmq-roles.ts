/** What the processes of a ZeroMQ benchmark agree about. */
export type Role = 'inproc' | 'pull' | 'push' | 'rep' | 'req' | 'sub' | 'xpub';

/**
 * How many messages go before those that are measured. V8 needs some thousands of calls, and
 * half a second, until it has compiled what is hot.
 */
export function warmUp(count: number): number {
  return Math.max(1, Math.floor(count / 4));
}
