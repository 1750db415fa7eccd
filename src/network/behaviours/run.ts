/**
 * Runs experiments: one after the other, so that none makes another late, each in a lab of
 * its own and with a limit to its time.
 */
import { deadline, explain } from '../../common/index.ts';
import { type Experiment, type Finding, NotHere } from './experiment.ts';
import { Lab, type Silence } from './lab.ts';

export type Outcome = {
  experiment: Experiment;
  milliseconds: number;
  /** What is known to be different on this system. */
  differs: string | undefined;
  /** What did not come, and how long that was waited for. */
  silences: readonly Silence[];
} & (
  | { state: 'ran'; finding: Finding }
  /** This machine lacks what the question is about. */
  | { state: 'not-here'; reason: string }
  /** It could not do its job. */
  | { state: 'failed'; reason: string }
);

export interface RunOptions {
  /** Ends the run; everything is closed before the promise rejects. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one experiment; 60,000 unless told otherwise. */
  limit?: number | undefined;
}

/** Thirty times what the slowest takes: a crowded machine is no failure. */
const LIMIT = 60_000;

/** @throws the signal's reason, and nothing else: what goes wrong is an outcome */
export async function runExperiment(
  experiment: Experiment,
  { signal, limit = LIMIT }: RunOptions = {},
): Promise<Outcome> {
  signal?.throwIfAborted();
  const time = deadline(`the experiment ${experiment.name}`, limit, signal);
  const lab = new Lab(experiment.name, time.signal);
  const start = performance.now();
  const done = (): Omit<Outcome, 'state' | 'finding' | 'reason'> => ({
    experiment,
    differs: experiment.differs?.[process.platform],
    milliseconds: performance.now() - start,
    silences: lab.silences,
  });
  try {
    const finding = await orAborted(experiment.run(lab), time.signal);
    return { ...done(), state: 'ran', finding };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NotHere) {
      return { ...done(), state: 'not-here', reason: error.message };
    }
    return { ...done(), state: 'failed', reason: explain(error) };
  } finally {
    time.clear();
    await lab.close();
  }
}

/** Is what was found what was to be expected here? Undefined when nothing was found. */
export function asExpected(outcome: Outcome): boolean | undefined {
  if (outcome.state !== 'ran') return undefined;
  return outcome.finding.answer === outcome.experiment.expected;
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
