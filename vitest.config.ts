import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// What waits for processes and clocks on a shared machine gets a second chance. The summary
// names every test that needed it: such a test, or what it tests, is to be mended.
const retry = 1;

// Longer than any one wait may take (PATIENCE), so that it is the wait that complains.
const testTimeout = 120_000;

/** What these start as processes is compiled first. */
const globalSetup = 'test/support/compile.ts';

/** `npm test` runs all three; `npx vitest run --project unit` runs one. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/summary-reporter.ts'],
    coverage: { include: ['src/**'] },
    // Most tests wait for processes and clocks: two at a time, also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      // No sockets beyond this process: quick, pure where the source is pure.
      // Long for them, too: a property is tried many times, and machines are busy.
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout },
      },
      // Real processes and many sockets: our programs with each other.
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup,
          testTimeout,
          hookTimeout: testTimeout,
          retry,
        },
      },
      // Our programs with those of other makers. A missing peer is a skip with a reason,
      // and a failure when REQUIRE_PEERS=1.
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          globalSetup,
          testTimeout,
          hookTimeout: testTimeout,
          retry,
        },
      },
    ],
  },
});
