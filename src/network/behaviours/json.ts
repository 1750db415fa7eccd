/** Outcomes as JSON for programs: version 1, described in docs/behaviours.md. Pure. */
import { byChapter } from './catalogue.ts';
import type { Experiment, Side } from './experiment.ts';
import { asExpected, type Outcome } from './run.ts';

/** Name, question and answers only, without an outcome. */
export interface BehaviourQuestion {
  name: string;
  chapter: string;
  question: string;
  /** In the order in which they are offered. */
  answers: { id: string; text: string }[];
}

export interface BehaviourJson extends BehaviourQuestion {
  /** The id of the answer on Linux. */
  expected: string;
  state: Outcome['state'];
  /** The id of the answer that this run shows; null if it shows none or did not run. */
  outcome: string | null;
  /** Null when it did not run. */
  asExpected: boolean | null;
  udp: Side | null;
  tcp: Side | null;
  /** How long the run waited for things that did not happen, and why that is enough. */
  silences: readonly { milliseconds: number; because: string }[];
  /** Why it did not run; null when it did. */
  reason: string | null;
  /** What is known to be different on this system; null if nothing is. */
  differs: string | null;
  because: string;
  sources: readonly string[];
  read: readonly string[];
  milliseconds: number;
}

/** The machine whose behaviour this is. */
export interface Machine {
  platform: NodeJS.Platform;
  /** Node's version. */
  node: string;
}

export interface BehavioursJson<T> extends Machine {
  version: 1;
  behaviours: T[];
}

export function outcomesJson(
  outcomes: readonly Outcome[],
  placeOf: (reading: string) => string,
  machine: Machine,
): BehavioursJson<BehaviourJson> {
  return around(
    machine,
    outcomes.map((outcome) => {
      const { experiment, silences } = outcome;
      const finding = outcome.state === 'ran' ? outcome.finding : undefined;
      return {
        ...asked(experiment),
        expected: experiment.expected,
        state: outcome.state,
        outcome: finding?.answer ?? null,
        asExpected: asExpected(outcome) ?? null,
        udp: finding?.udp ?? null,
        tcp: finding?.tcp ?? null,
        silences,
        reason: outcome.state === 'ran' ? null : outcome.reason,
        differs: outcome.differs ?? null,
        because: experiment.because,
        sources: experiment.sources,
        read: experiment.read.map(placeOf),
        milliseconds: Math.round(outcome.milliseconds),
      };
    }),
  );
}

export function questionsJson(
  experiments: readonly Experiment[],
  machine: Machine,
): BehavioursJson<BehaviourQuestion> {
  return around(machine, experiments.map(asked));
}

function asked(experiment: Experiment): BehaviourQuestion {
  const { answers, name, question } = experiment;
  const [chapter] = byChapter([experiment], (one) => one);
  return {
    name,
    chapter: chapter?.title ?? '',
    question,
    answers: Object.entries(answers).map(([id, text]) => ({ id, text })),
  };
}

function around<T>(machine: Machine, behaviours: T[]): BehavioursJson<T> {
  return { version: 1, ...machine, behaviours };
}
