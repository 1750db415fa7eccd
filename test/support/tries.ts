/** What several tests share is made anew where a test is tried again: it may be to blame. */
import type { TestContext } from 'vitest';

/** Whether this test has failed before, in this run. */
export function isSecondTry({ task }: TestContext): boolean {
  return (task.result?.retryCount ?? 0) > 0;
}
