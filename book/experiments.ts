/**
 * What experiments have shown, in JSON.
 *
 *   npx tsx book/experiments.ts EXPERIMENT …
 *
 * A process of its own: it starts many, and the book is large (see played.ts).
 */
import {
  EXPERIMENTS,
  type Outcome,
  runExperiments,
} from '../src/network/behaviours/index.ts';
import type { BehavioursShown, Shown } from './measured.ts';

const names = new Set(process.argv.slice(2));
const chosen = EXPERIMENTS.filter(({ name }) => names.has(name));
const noEnd = new AbortController().signal;
const outcomes = await runExperiments(chosen, noEnd, () => {});
const shown: BehavioursShown = Object.fromEntries(
  outcomes.map((outcome) => [outcome.experiment.name, shownOf(outcome)]),
);
console.log(JSON.stringify(shown));

function shownOf(outcome: Outcome): Shown {
  if (outcome.state === 'ran') return { state: 'ran', finding: outcome.finding };
  return { state: outcome.state, reason: outcome.reason };
}
