/**
 * What the command line asks for: many messages, or a bulk transfer. Each has its own plan, lanes,
 * words, JSON and page; whoever runs one need not know which.
 */
import type { Paint } from '../../common/terminal/index.ts';
import { resultWithEverything } from './assert.ts';
import { bulkJson } from './bulk/json.ts';
import { bulkPage } from './bulk/page.ts';
import { type BulkOptions, bulkPlanOf } from './bulk/plan.ts';
import { bulkResultWithEverything } from './bulk/figures.ts';
import { compareBulk } from './bulk/run.ts';
import { bulkHeading, bulkLines } from './bulk/words.ts';
import { comparisonJson } from './json.ts';
import { type CompareOptions, planOf } from './options.ts';
import { comparisonPage } from './report.ts';
import { compare, type RunOptions } from './run.ts';
import { comparisonLines, headingLines } from './table.ts';

export interface Job {
  heading: string[];
  /** Results in which nothing is null, one for each lane: they show what claims can be about. */
  shapes: readonly { lane: string }[];
  run(options: RunOptions): Promise<Done>;
}

interface Done {
  json: unknown;
  results: readonly { lane: string }[];
  lines(paint: Paint, width: number): string[];
  /** @param command the command line that reproduces it */
  page(command: string): string;
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK */
export function messagesJob(options: CompareOptions): Job {
  const plan = planOf(options);
  return {
    heading: headingLines(plan),
    shapes: plan.lanes.map(resultWithEverything),
    async run(how) {
      const comparison = await compare(options, how);
      return {
        json: comparisonJson(comparison),
        results: comparison.results,
        lines: (paint) => comparisonLines(comparison, paint),
        page: (command) => comparisonPage(comparison, command),
      };
    },
  };
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK */
export function bulkJob(options: BulkOptions): Job {
  const plan = bulkPlanOf(options);
  return {
    heading: bulkHeading(plan),
    shapes: plan.lanes.map((lane) => bulkResultWithEverything(lane, plan)),
    async run(how) {
      const comparison = await compareBulk(options, how);
      return {
        json: bulkJson(comparison),
        results: comparison.results,
        lines: (paint, width) => bulkLines(comparison, paint, width),
        page: (command) => bulkPage(comparison, command),
      };
    },
  };
}
