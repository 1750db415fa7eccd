import { vi } from 'vitest';

/** How long a single wait may take on a busy machine, in milliseconds. */
export const PATIENCE = 60_000;

/** Waits until the check no longer throws. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE, interval: 5 });
}
