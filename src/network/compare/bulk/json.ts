/** A bulk comparison as JSON for programs: version 1, described in docs/compare.md. Pure. */
import { linkJson, type LinkJson } from '../json.ts';
import type { BulkResult } from './figures.ts';
import type { BulkComparison } from './run.ts';

export interface BulkJson {
  version: 1;
  options: { bytes: number; streams: number; everyMs: number } & LinkJson;
  lanes: readonly BulkResult[];
}

export function bulkJson({ plan, results }: BulkComparison): BulkJson {
  const { bytes, every, streams } = plan;
  return {
    version: 1,
    options: { bytes, streams, everyMs: every, ...linkJson(plan) },
    lanes: results,
  };
}
