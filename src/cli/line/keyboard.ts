/** A key that somebody presses when they have seen enough. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** Resolves when a line has been typed, when no more can be, or when `signal` aborts. */
export async function enterPressed(
  keyboard: Readable,
  signal: AbortSignal,
): Promise<void> {
  if (keyboard.readableEnded) return;
  const over = new AbortController();
  const options = { signal: AbortSignal.any([signal, over.signal]) };
  keyboard.resume();
  await Promise.race([
    once(keyboard, 'data', options),
    once(keyboard, 'end', options),
  ]).catch(() => {}); // aborted
  over.abort();
  keyboard.pause();
}
