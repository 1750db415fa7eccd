/**
 * Runs experiments, each in its own lab and with a time limit.
 *
 *     first           ══════════  those that wait longest,
 *     with programs     ════════  and those that spend most of their time in other processes
 *     alone           ─ ── ─ ─    meanwhile those that measure time, one after the other
 *     the others              ══  most of them wait most of the time
 */
import { deadline, explain } from '../../common/index.ts';
import { visible } from '../../common/text/index.ts';
import { type Experiment, type Finding, NotHere } from './experiment.ts';
import { Lab, type Silence } from './lab.ts';
import { Program } from './program.ts';

export type Outcome = {
  experiment: Experiment;
  milliseconds: number;
  /** What is known to be different on this system. */
  differs: string | undefined;
  /** How long the run waited for things that did not happen, and why that is enough. */
  silences: readonly Silence[];
} & (
  | { state: 'ran'; finding: Finding }
  /** This machine lacks what the question is about. */
  | { state: 'not-here'; reason: string }
  /** The experiment itself failed. */
  | { state: 'failed'; reason: string }
);

export interface RunOptions {
  /** Ends the run; everything is closed before the promise rejects. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one experiment; 60,000 by default. */
  limit?: number | undefined;
}

/** Thirty times as long as the slowest takes: a busy machine must not count as a failure. */
const LIMIT = 60_000;

/** How many of each kind run side by side: each program that starts slows down all the others. */
const LANES = 4;

/** @throws only the signal's reason: an experiment that goes wrong is an outcome */
export async function runExperiment(
  experiment: Experiment,
  { signal, limit = LIMIT }: RunOptions = {},
): Promise<Outcome> {
  signal?.throwIfAborted();
  const time = deadline(`the experiment ${experiment.name}`, limit, signal);
  const lab = new Lab(
    time.signal,
    (...program) => new Program(experiment.name, ...program),
  );
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
      return { ...done(), state: 'not-here', reason: visible(error.message) };
    }
    return { ...done(), state: 'failed', reason: visible(explain(error)) };
  } finally {
    time.clear();
    await lab.close();
  }
}

/**
 * All outcomes, in the order of the experiments.
 * @param onEnd is told how many have ended
 * @throws only the signal's reason
 */
export async function runExperiments(
  experiments: readonly Experiment[],
  signal: AbortSignal,
  onEnd: (ended: number) => void,
): Promise<Outcome[]> {
  const outcomes = new Map<Experiment, Outcome>();
  const run = async (experiment: Experiment): Promise<void> => {
    outcomes.set(experiment, await runExperiment(experiment, { signal }));
    onEnd(outcomes.size);
  };
  const inTurn = async (some: Iterable<Experiment>): Promise<void> => {
    for (const experiment of some) await run(experiment);
  };
  const inLanes = async (some: readonly Experiment[]): Promise<void> => {
    const waiting = some.values();
    await Promise.allSettled(Array.from({ length: LANES }, () => inTurn(waiting)));
  };
  const [first, others] = parted(experiments, ({ runs }) => runs === 'first');
  const [withPrograms, without] = parted(others, ({ programs }) => !!programs);
  const [alone, together] = parted(without, ({ runs }) => runs === 'alone');
  // Settled, so that everything is closed before the signal's reason is thrown.
  await Promise.allSettled([
    inLanes([...first, ...withPrograms]),
    inTurn(alone).then(() => inLanes(together)),
  ]);
  signal.throwIfAborted();
  return experiments.map((experiment) => outcomes.get(experiment)!);
}

/** Whether the finding is the expected answer; undefined when there is no finding. */
export function asExpected(outcome: Outcome): boolean | undefined {
  if (outcome.state !== 'ran') return undefined;
  return outcome.finding.answer === outcome.experiment.expected;
}

function parted<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
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
