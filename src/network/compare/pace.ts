/** Sends at fixed times. After a delay it catches up, so that delays do not add up. */

/**
 * How many are sent in one turn of the event loop. Sender, relay and receiver are one process, so
 * nobody reads while it sends. In each turn libuv reads up to 32 datagrams from each socket: with
 * fewer sent, the kernel's queue (udp(7), `rmem_default`) never fills up, and drops nothing.
 */
const BURST = 16;

/**
 * Calls `send(k)` for k from 1 to `count`, `(k − 1) × every` milliseconds from now.
 * @returns when each was sent, in milliseconds as in `performance.now()`
 */
export async function atPace(
  count: number,
  every: number,
  signal: AbortSignal,
  send: (k: number) => void,
): Promise<number[]> {
  const start = performance.now();
  const sent: number[] = [];
  for (let k = 1; k <= count; k += 1) {
    await until(start + (k - 1) * every, signal);
    if (k % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    sent.push(performance.now());
    send(k);
  }
  return sent;
}

/** Resolves at `time`, or as soon as the signal aborts. */
async function until(time: number, signal: AbortSignal): Promise<void> {
  const left = time - performance.now();
  if (left <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, left);
    signal.addEventListener('abort', done);
  });
}
