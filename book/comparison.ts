/**
 * One comparison as the book shows it, in JSON.
 *
 *   npx tsx book/comparison.ts
 *   npx tsx book/comparison.ts --short      twenty messages in place of a hundred
 *
 * It runs in a process of its own, because it measures times, and its caller may be busy.
 */
import pc from 'picocolors';
import {
  compare,
  comparisonLines,
  comparisonPage,
  headingLines,
} from '../src/network/compare/index.ts';
import type { ComparisonShown } from './measured.ts';

const short = process.argv.includes('--short');
const comparison = await compare(short ? { messages: 20, every: 2 } : {});
const lines = [
  ...headingLines(comparison.plan),
  '',
  ...comparisonLines(comparison, pc.createColors(true)),
];
const shown: ComparisonShown = {
  terminal: lines.join('\n'),
  report: comparisonPage(comparison, 'npm run -s socketlab -- compare'),
};
console.log(JSON.stringify(shown));
