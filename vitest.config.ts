import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

// Longer than any one wait may take (PATIENCE), so that it is the wait that complains.
const testTimeout = 400_000;

/** What every project has. There are no retries: a test that needs luck is a defect. */
const common = {
  testTimeout,
  hookTimeout: testTimeout,
  // A test that asserts nothing cannot fail, and a wait is long enough for a busy machine. Which
  // test asserted is not known of those that run at the same time: use no `describe.concurrent`.
  expect: { requireAssertions: true, poll: { timeout: 180_000 } },
};

const cores = availableParallelism();

/**
 * Real processes, which are compiled before the first of them starts. They wait more than they
 * work, so three times as many files run side by side as there are cores. Each has a process of
 * its own: some look at what that process still holds open.
 */
const processes = {
  ...common,
  globalSetup: 'test/support/compile.ts',
  maxWorkers: Math.max(6, cores),
  sequence: { groupOrder: 1 },
};

/** `npm test` runs the first two, `npm run test:all` all of them. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    coverage: { include: ['src/**'] },
    sequence: { sequencer: LongestFirst },
    projects: [
      // One process, no programs. The files share what they import, which is most of the time.
      {
        test: {
          ...common,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: 'test/support/property-seed.ts',
          pool: 'threads',
          isolate: false,
          maxWorkers: Math.max(2, cores),
        },
      },
      // What a newcomer needs in order to trust the thing, with real processes.
      { test: { ...processes, name: 'smoke', include: ['test/smoke/**/*.test.ts'] } },
      // Every program, command and room: ours with each other.
      {
        test: {
          ...processes,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
        },
      },
      // Our programs with those of other makers. A missing peer is a skip with a reason,
      // and a failure when REQUIRE_PEERS=1.
      {
        test: { ...processes, name: 'interop', include: ['test/interop/**/*.test.ts'] },
      },
      // What needs the package registry.
      {
        test: { ...processes, name: 'package', include: ['test/package/**/*.test.ts'] },
      },
    ],
  },
});
