/**
 * What an experiment is: a question that beginners often answer wrongly, and a run that shows
 * what the machine does.
 *
 *     question ──► prediction, one of `answers` ──► run(lab) ──► finding ──► because
 *                                                                   │
 *                            what UDP did, what TCP did, and which answer that shows
 *
 * Each experiment is one file of experiments/, to be read from top to bottom. It says what it
 * expects (`expected`), but the finding is computed from the measurements alone: a system
 * that behaves differently gets a different answer.
 *
 * Read next: experiments/coalescing.ts, lab.ts.
 */
import type { Lab } from './lab.ts';
import type { Parent } from './parent.ts';

type Measured = number | string | boolean | readonly number[] | readonly string[];

/** What one of the two transports did. */
export interface Side {
  /** What it did, in one line, for people. */
  told: string;
  /** The same as numbers and codes, for programs. Times are in milliseconds. */
  measured: Readonly<Record<string, Measured>>;
}

export interface Finding<Answer extends string = string> {
  udp: Side;
  tcp: Side;
  /** The answer that this shows; undefined when it shows none of them. */
  answer: Answer | undefined;
}

export interface Experiment<Answer extends string = string> {
  /** The name of its file, without `.ts`. */
  name: string;
  /** One sentence. */
  question: string;
  /** 2 to 4 answers, in the order in which they are offered. */
  answers: Readonly<Record<Answer, string>>;
  /** The answer on Linux. */
  expected: NoInfer<Answer>;
  /**
   * Runs the experiment. The lab closes what it handed out, so `run` need not. Throws
   * `NotHere` when the machine lacks what the question is about.
   */
  run(lab: Lab): Promise<Finding<NoInfer<Answer>>>;
  /** Why the machine behaves like this, in a few plain sentences. */
  because: string;
  /** The man pages and RFCs that say so. */
  sources: readonly string[];
  /** What to read in the sources: `file#text`; the text occurs once in that file. */
  read: readonly string[];
  /**
   * `first`: it waits longest, so it begins before the others. `alone`: it measures time, or keeps
   * this process busy, so only experiments that begin first and those with programs run beside it.
   * Otherwise it runs side by side with others.
   */
  runs?: 'first' | 'alone';
  /** What is different on these systems, which may give another answer. */
  differs?: Partial<Record<NodeJS.Platform, string>>;
  /**
   * Roles that run in processes of their own, started by `lab.program(role)`, for experiments
   * in which a program is killed or stops responding.
   */
  programs?: Readonly<Record<string, (lab: Lab, parent: Parent) => Promise<void>>>;
}

/** Checks at compile time that `expected` and the findings name existing answers. */
export function experiment<const Answer extends string>(
  description: Experiment<Answer>,
): Experiment<Answer> {
  return description;
}

/** The first answer that holds; undefined when none does. */
export function whichHolds<Answer extends string>(
  answers: Readonly<Record<Answer, boolean>>,
): Answer | undefined {
  return (Object.keys(answers) as Answer[]).find((answer) => answers[answer]);
}

/** Thrown by an experiment that cannot run on this machine. */
export class NotHere extends Error {}
