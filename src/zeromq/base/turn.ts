/**
 * Fairness between a busy program and its own event loop, and what keeps a process alive.
 *
 * A loop around `await socket.send()` whose promise is always resolved already would never let
 * the event loop turn: no timer would fire, no byte arrive. So after a number of calls that did not
 * wait, one call waits, for one turn.
 *
 * Open sockets do not keep a process alive; calls that wait do, and messages that have not
 * left yet.
 */
const MOST = 512;
/** The longest time that a timer can wait: only its existence matters. */
const FOR_EVER = 2 ** 31 - 1;

let left = MOST;

/**
 * False once in a while: then wait for a turn.
 * @param more how many calls more than usual may go by, for a caller that gathers messages for many
 * peers
 */
export function mayGoOn(more = 0): boolean {
  left -= 1;
  return left + more > 0;
}

/** The event loop has turned. */
export function turned(): void {
  left = MOST;
}

/** Resolves with the value after a turn of the event loop. */
export function nextTurn<T>(value: T): Promise<T> {
  return new Promise((resolve) => {
    setImmediate(() => {
      left = MOST;
      resolve(value);
    });
  });
}

/**
 * Rejects after a turn of the event loop: a program that tries again in its `catch` would
 * otherwise never let anything happen that could make the next try succeed.
 */
export async function refused(error: unknown): Promise<never> {
  throw await nextTurn(error);
}

/**
 * Throws at once, as the native engine does; for a program that keeps trying, rejects in a later
 * turn.
 */
export function misused(error: unknown): Promise<never> {
  if (mayGoOn()) throw error;
  return refused(error);
}

let holders = 0;
let timer: NodeJS.Timeout | undefined;

/** Keeps the process alive until as many `release`s as `hold`s. */
export function hold(): void {
  holders += 1;
  if (holders > 1) return;
  timer ??= setInterval(() => {}, FOR_EVER);
  timer.ref();
}

export function release(): void {
  holders -= 1;
  if (holders === 0) timer?.unref();
}

/** How many callers hold it. */
export function holding(): number {
  return holders;
}
