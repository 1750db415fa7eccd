/**
 * What an experiment is: a question that a beginner answers wrongly, and a run that asks the
 * machine.
 *
 *     question ──► prediction, one of `answers` ──► run(lab) ──► finding ──► because
 *                                                                   │
 *                            what UDP did, what TCP did, and which answer that shows
 *
 * Each is one file of experiments/, to be read from top to bottom. It says what it expects
 * (`expected`), but the finding is computed from what was measured and from nothing else: a
 * system that behaves otherwise gets another answer.
 *
 * Read next: experiments/coalescing.ts, lab.ts.
 */
import type { Lab } from './lab.ts';
import type { Parent } from './parent.ts';

type Measured = number | string | boolean | readonly number[] | readonly string[];

/** What one of the two transports did. */
export interface Side {
  /** In one line, for people. */
  told: string;
  /** The same as numbers and codes, for programs. Times are in milliseconds. */
  measured: Readonly<Record<string, Measured>>;
}

export interface Finding<Answer extends string = string> {
  udp: Side;
  tcp: Side;
  /** Which answer this shows; undefined when it is none of them. */
  answer: Answer | undefined;
}

export interface Experiment<Answer extends string = string> {
  /** As its file is called, without `.ts`. */
  name: string;
  /** One sentence. */
  question: string;
  /** 2 to 4 of them, in the order in which they are offered. */
  answers: Readonly<Record<Answer, string>>;
  /** What Linux shows. */
  expected: NoInfer<Answer>;
  /**
   * Closes nothing that it has from the lab, which does that. It may throw `NotHere` when the
   * machine lacks what the question is about.
   */
  run(lab: Lab): Promise<Finding<NoInfer<Answer>>>;
  /** Why it is so, short and plain. */
  because: string;
  /** Where it is written: man pages and RFCs. */
  sources: readonly string[];
  /** What to read in the sources: `file#text`, where the text stands once in that file. */
  read: readonly string[];
  /** What is different on these systems. There, another answer is no surprise. */
  differs?: Partial<Record<NodeJS.Platform, string>>;
  /**
   * What runs in processes of their own, started by `lab.program(role)`, for experiments in
   * which somebody must be killed or be deaf.
   */
  programs?: Readonly<Record<string, (lab: Lab, parent: Parent) => Promise<void>>>;
}

/** Checks at compile time that the answers which are given are answers. */
export function experiment<const Answer extends string>(
  description: Experiment<Answer>,
): Experiment<Answer> {
  return description;
}

/** The answer of a finding: the first that is true, undefined when none is. */
export function whichHolds<Answer extends string>(
  answers: Readonly<Record<Answer, boolean>>,
): Answer | undefined {
  return (Object.keys(answers) as Answer[]).find((answer) => answers[answer]);
}

/** Thrown by an experiment that this machine cannot do. */
export class NotHere extends Error {}
