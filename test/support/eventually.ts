import { vi } from 'vitest';

/** How long any one wait may take, in milliseconds, on a machine that has much else to do. */
export const PATIENCE = 60_000;

/** Waits until the check no longer throws. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE, interval: 5 });
}
