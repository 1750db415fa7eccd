/**
 * The files that take longest begin first, so that a run does not end with one of them alone.
 * Vitest itself knows how long a file takes only where the tests have run before.
 */
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** What took more than a minute on two busy cores, the longest first. */
const LONGEST = [
  'integration/see-blocks',
  'integration/output',
  'integration/cli',
  'integration/auction/commands',
  'integration/zeromq/nothing-lost',
  'integration/book/book',
  'integration/auction/board-browser',
  'integration/trace/lessons',
  'integration/process/nothing-left',
  'integration/book/player',
  'integration/command-lines',
  'integration/diagram/command',
  'integration/uppercase-contract',
  'integration/netcat/command',
  'integration/auction/hostile-pages',
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return place < 0 ? LONGEST.length : place;
}
