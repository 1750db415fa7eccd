/** Compares UDP, TCP and framed TCP under the same bad luck. Start with run.ts. */
export { checkClaims, judge, parseClaim } from './assert.ts';
export { type BulkJson } from './bulk/json.ts';
export { bulkJob, type Job, messagesJob } from './job.ts';
export { comparisonJson, type ComparisonJson } from './json.ts';
export { type LaneResult, measure } from './measure.ts';
export { type CompareOptions, planOf } from './options.ts';
export { type LaneName, type LaneRecord } from './record.ts';
export { comparisonPage } from './report.ts';
export { compare, type Comparison } from './run.ts';
export { comparisonLines, headingLines } from './table.ts';
