/**
 * Prediction first: shows the question, asks for a guess, runs the experiment, and says
 * whether the guess was right. Pure: the caller has the keyboard and the screen.
 */
import { some } from '../../common/index.ts';
import type { Experiment } from './experiment.ts';
import { outcomeLines, type PageOptions, questionLines, shownNumber } from './page.ts';
import type { Outcome } from './run.ts';

export interface PredictOptions extends PageOptions {
  /** The next line that the user types; undefined at the end of the input. */
  ask(this: void, prompt: string): Promise<string | undefined>;
  show(this: void, lines: readonly string[]): void;
  run(this: void, experiment: Experiment): Promise<Outcome>;
}

export interface Score {
  right: number;
  /** How many guesses could be judged. */
  guessed: number;
  outcomes: Outcome[];
}

/** Continues until all experiments are done or the input ends. */
export async function predict(
  experiments: readonly Experiment[],
  options: PredictOptions,
): Promise<Score> {
  const { ask, paint, run, show } = options;
  const score: Score = { right: 0, guessed: 0, outcomes: [] };
  for (const [index, experiment] of experiments.entries()) {
    if (index > 0) show(['']);
    show([...questionLines(experiment, options), '']);
    const guess = await askFor(experiment, ask, show);
    if (guess === undefined) break;
    const outcome = await run(experiment);
    score.outcomes.push(outcome);
    const number = shownNumber(outcome);
    if (guess > 0 && number !== undefined) {
      score.guessed += 1;
      if (guess === number) score.right += 1;
      show([
        guess === number ? paint.green('Right.') : paint.yellow(`No, it is ${number}.`),
        '',
      ]);
    }
    show(outcomeLines(outcome, options));
  }
  show(['', verdict(score)]);
  return score;
}

function verdict({ guessed, right }: Score): string {
  if (guessed === 0) return 'You made no predictions.';
  return `You were right ${some(right, 'time')} out of ${guessed}.`;
}

/** The number of an answer; 0 to see the outcome without a guess; undefined at the end. */
async function askFor(
  { answers }: Experiment,
  ask: PredictOptions['ask'],
  show: PredictOptions['show'],
): Promise<number | undefined> {
  const most = Object.keys(answers).length;
  for (;;) {
    const line = await ask(`Your prediction, 1 to ${most}? `);
    if (line === undefined) return undefined;
    const typed = line.trim();
    if (typed === '') return 0;
    const number = Number(typed);
    if (Number.isInteger(number) && number >= 1 && number <= most) return number;
    show([`Type a number from 1 to ${most}, or press Enter to see the result.`]);
  }
}
