/** A time-out, combined with the caller's signal. */
import { TimedOutError } from './errors.ts';

export interface Deadline {
  signal: AbortSignal;
  /** Starts the time-out again. */
  restart: () => void;
  /** Forgets the time-out and the outer signal: what was to be done is done. */
  clear: () => void;
}

/**
 * A signal that aborts as `outer` does, or after `milliseconds` with a TimedOutError. Not
 * AbortSignal.timeout under AbortSignal.any: Node 20 may collect such a time-out as garbage
 * before it is over.
 * @param what did not happen in time: the first words of the error
 */
export function deadline(
  what: string,
  milliseconds: number,
  outer: AbortSignal | undefined,
): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new TimedOutError(what, milliseconds));
  }, milliseconds);
  const onAbort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  const clear = (): void => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onAbort);
  };
  return { signal: controller.signal, restart: () => void timer.refresh(), clear };
}
