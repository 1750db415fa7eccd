/** A comparison for programs: version 1, described in docs/compare.md. Pure. */
import { describeLink } from '../link/index.ts';
import type { LaneResult } from './measure.ts';
import type { Comparison } from './run.ts';

export interface ComparisonJson {
  version: 1;
  options: { messages: number; everyMs: number; size: number; link: string };
  lanes: readonly LaneResult[];
}

export function comparisonJson({ plan, results }: Comparison): ComparisonJson {
  const { every, link, messages, size } = plan;
  return {
    version: 1,
    options: { messages, everyMs: every, size, link: describeLink(link) },
    lanes: results,
  };
}
