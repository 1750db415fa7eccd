import { vi } from 'vitest';

/**
 * How long a single wait may take, in milliseconds. On a machine whose processors were wanted by
 * thirty programs at once, one that works for three seconds took longer than a minute.
 */
export const PATIENCE = 180_000;

/** Waits until the check no longer throws. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE, interval: 5 });
}
