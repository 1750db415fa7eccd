/** What a comparison and the experiments have shown, for the chapters on them. */
import { release } from 'node:os';
import type { Finding, Outcome } from '../src/network/behaviours/index.ts';
import { compiledRoom } from './compiled.ts';
import { digestsBehind, kept } from './kept.ts';
import { output } from './sources.ts';

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
const BEHIND = digestsBehind(['book/measured.ts', 'book/comparison.ts']);

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

/** What book/fan-out.ts prints. */
export async function simulateFanOut(): Promise<string> {
  const program = 'book/fan-out.ts';
  return kept('fan-out', digestsBehind([program]), () => output(program));
}
