/**
 * Puts a core to the test: one run for each seed, until one goes wrong. Pure.
 *
 *     seed 1, 2, 3 … ──case.ts──► a run ──play.ts──► a foul? ──shrink.ts──► the shortest one
 *
 * Read next: case.ts, play.ts, judge-sender.ts.
 */
import { type Case, caseOf, type Mishaps, type Role } from './case.ts';
import { unfairness } from './fairness.ts';
import type { Rule } from './foul.ts';
import type { CoreMaker } from './guarded.ts';
import { type Crossing, play } from './play.ts';
import { shrink } from './shrink.ts';

export interface Failure {
  /** The first seed under which it went wrong; null if it was unfair to another sender. */
  seed: number | null;
  rule: Rule;
  sentence: string;
  /** The shortest run in which the rule is broken, and what crossed the link in it. */
  shortest: { run: Case; mishaps: Mishaps; crossings: Crossing[] } | null;
}

export interface Verdict {
  role: Role;
  /** How many runs were played. */
  runs: number;
  failure: Failure | null;
}

/** Its progress, asked for after each run. */
export interface Stage {
  role: Role;
  seed: number;
}

export function* check(
  rung: string,
  role: Role,
  seeds: number,
  make: CoreMaker,
): Generator<Stage, Verdict> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    yield { role, seed };
    const { luck, run } = caseOf(rung, role, seed);
    const played = play(rung, run, luck, make);
    if (!played.foul) continue;
    const shrinking = shrink(rung, run, played, make);
    for (;;) {
      const step = shrinking.next();
      if (!step.done) {
        yield { role, seed };
        continue;
      }
      const { mishaps, played: short } = step.value;
      const { message, rule } = short.foul!;
      const shortest = { run: step.value.run, mishaps, crossings: short.crossings };
      return { role, runs: seed, failure: { seed, rule, sentence: message, shortest } };
    }
  }
  const isShared = rung === 'congestion-control' && role === 'sender';
  const foul = isShared ? unfairness(rung, make) : undefined;
  if (!foul) return { role, runs: seeds, failure: null };
  const { message: sentence, rule } = foul;
  return { role, runs: seeds, failure: { seed: null, rule, sentence, shortest: null } };
}

/** The same in one go. */
export function verdictOn(
  rung: string,
  role: Role,
  seeds: number,
  make: CoreMaker,
): Verdict {
  const checking = check(rung, role, seeds, make);
  for (;;) {
    const step = checking.next();
    if (step.done) return step.value;
  }
}
