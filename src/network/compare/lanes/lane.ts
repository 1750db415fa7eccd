/** What the lanes have in common. */
/** What a lane gets from its caller. */
export interface LaneRun {
  signal: AbortSignal;
  onSent(this: void, k: number): void;
}

export const LARGEST_DATAGRAM = 65_535;

/** Milliseconds between two checks of a condition. */
const LOOK = 2;

/** Resolves when `is()` is true. @throws the signal's reason */
export async function untilTrue(is: () => boolean, signal: AbortSignal): Promise<void> {
  while (!is()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/** After this many checks in a row without anything new, the kernel's queue is empty. */
const STILL = 25;

/**
 * Resolves when `count()` has reached `whole`, or does not grow any more: what the kernel has
 * dropped never comes. It counts looks, not time, since each lets readers of this process read:
 * on a busy machine as well, nothing is left to read when nothing was.
 * @throws the signal's reason
 */
export async function untilStill(
  count: () => number,
  whole: number,
  signal: AbortSignal,
  looks = STILL,
): Promise<void> {
  let before = count();
  let still = 0;
  await untilTrue(() => {
    const now = count();
    still = now === before ? still + 1 : 0;
    before = now;
    return now >= whole || still > looks;
  }, signal);
}

/** The longest time to wait for work, in milliseconds: over a very bad link TCP takes hours. */
const LONGEST = 100_000;

/**
 * Waits for `work` as long as `count()` grows now and then, and for `longest` milliseconds at most.
 * @param patience milliseconds without anything new after which it gives up; longer on a machine
 *   that is too busy to look
 * @returns whether the work was done
 * @throws what `work` throws, or the signal's reason
 */
export async function doneOrSilent(
  work: Promise<unknown>,
  count: () => number,
  patience: number,
  signal: AbortSignal,
  longest = LONGEST,
): Promise<boolean> {
  let done = false;
  const end = performance.now() + longest;
  const working = work.then(() => (done = true));
  const news = (): number => (done || performance.now() > end ? Infinity : count());
  await Promise.race([working, untilStill(news, Infinity, signal, patience / LOOK)]);
  working.catch(() => {}); // whoever gave up closes everything
  return done;
}
