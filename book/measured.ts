/** What runs of the experiments have shown, for the chapters on compare and behaviours. */
import { release } from 'node:os';
import pc from 'picocolors';
import type { Finding, Outcome } from '../src/network/behaviours/index.ts';
import {
  compare,
  type CompareOptions,
  comparisonLines,
  comparisonPage,
  headingLines,
} from '../src/network/compare/index.ts';
import { compiledRoom } from './compiled.ts';
import { kept, textsBehind } from './kept.ts';

type BehavioursRoom = typeof import('../src/network/behaviours/index.ts');

export interface ComparisonShown {
  terminal: string;
  /** The page with pictures that --report makes. */
  report: string;
}

export type Shown =
  { state: 'ran'; finding: Finding } | { state: 'not-here' | 'failed'; reason: string };
export type BehavioursShown = Record<string, Shown>;

export const MACHINE = `${process.platform} ${release()}, Node ${process.version}`;
const BEHIND = textsBehind(['book/measured.ts']);

export async function measureComparison(short: boolean): Promise<ComparisonShown> {
  const options: CompareOptions = short ? { messages: 20, every: 2 } : {};
  return kept('compare', [MACHINE, JSON.stringify(options), ...BEHIND], async () => {
    const comparison = await compare(options);
    const lines = [
      ...headingLines(comparison.plan),
      '',
      ...comparisonLines(comparison, pc.createColors(true)),
    ];
    return {
      terminal: lines.join('\n'),
      report: comparisonPage(comparison, 'npm run -s socketlab -- compare'),
    };
  });
}

/** @param names which experiments to run */
export async function measureBehaviours(
  names: readonly string[],
): Promise<BehavioursShown> {
  return kept('behaviours', [MACHINE, names.join(), ...BEHIND], async () => {
    const room = await compiledRoom<BehavioursRoom>('network/behaviours');
    const chosen = room.EXPERIMENTS.filter(({ name }) => names.includes(name));
    const noEnd = new AbortController().signal;
    const outcomes = await room.runExperiments(chosen, noEnd, () => {});
    return Object.fromEntries(
      outcomes.map((outcome) => [outcome.experiment.name, shownOf(outcome)]),
    );
  });
}

function shownOf(outcome: Outcome): Shown {
  if (outcome.state === 'ran') return { state: 'ran', finding: outcome.finding };
  return { state: outcome.state, reason: outcome.reason };
}
