/** What a comparison and the experiments have shown, for the chapters on them. */
import { release } from 'node:os';
import type { Finding } from '../src/network/behaviours/index.ts';
import { digestsBehind, kept } from './kept.ts';
import { output } from './output.ts';

export interface ComparisonShown {
  terminal: string;
  /** The page with pictures that --report makes. */
  report: string;
}

export type Shown =
  { state: 'ran'; finding: Finding } | { state: 'not-here' | 'failed'; reason: string };
export type BehavioursShown = Record<string, Shown>;

export const MACHINE = `${process.platform} ${release()}, Node ${process.version}`;
const BEHIND = digestsBehind(['book/comparison.ts', 'book/experiments.ts']);

export async function measureComparison(short: boolean): Promise<ComparisonShown> {
  const options = short ? ['--short'] : [];
  return kept('compare', [MACHINE, ...options, ...BEHIND], async () => {
    const shown = await output('book/comparison.ts', ...options);
    return JSON.parse(shown) as ComparisonShown;
  });
}

/** @param names which experiments to run */
export async function measureBehaviours(
  names: readonly string[],
): Promise<BehavioursShown> {
  return kept('behaviours', [MACHINE, names.join(), ...BEHIND], async () => {
    const shown = await output('book/experiments.ts', ...names);
    return JSON.parse(shown) as BehavioursShown;
  });
}

/** What book/fan-out.ts prints. */
export async function simulateFanOut(): Promise<string> {
  const program = 'book/fan-out.ts';
  return kept('fan-out', digestsBehind([program]), () => output(program));
}
