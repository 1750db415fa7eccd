/** What the processes of a ZeroMQ benchmark agree about. */
export type Role = 'inproc' | 'pull' | 'push' | 'rep' | 'req' | 'sub' | 'xpub';

/** How many messages go before those that are measured: compilers and queues settle. */
export function warmUp(count: number): number {
  return Math.max(1, Math.floor(count / 10));
}
