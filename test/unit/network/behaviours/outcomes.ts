/** Outcomes as a run would give them, without a run. */
import {
  type Experiment,
  EXPERIMENTS,
  type Outcome,
} from '../../../../src/network/behaviours/index.ts';

export function named(name: string): Experiment {
  return EXPERIMENTS.find((experiment) => experiment.name === name)!;
}

const REST = { milliseconds: 12.3, differs: undefined, silences: [] };

/** One that ran; with the expected answer unless told otherwise. */
export function ran(
  name: string,
  answer: string | undefined = named(name).expected,
  rest: Partial<Outcome> = {},
): Outcome {
  return {
    ...REST,
    experiment: named(name),
    state: 'ran',
    finding: {
      answer,
      udp: { told: `UDP told of ${name}`, measured: { count: 1 } },
      tcp: { told: `TCP told of ${name}`, measured: { codes: ['EPIPE'] } },
    },
    ...rest,
  } as Outcome;
}

/** One that ran and gave none of the answers. */
export function strange(name: string, rest: Partial<Outcome> = {}): Outcome {
  const outcome = ran(name, undefined, rest);
  if (outcome.state === 'ran') outcome.finding.answer = undefined;
  return outcome;
}

export function notHere(name: string, reason: string): Outcome {
  return { ...REST, experiment: named(name), state: 'not-here', reason };
}

export function failed(name: string, reason: string): Outcome {
  return { ...REST, experiment: named(name), state: 'failed', reason };
}

export const PLAIN = Object.fromEntries(
  ['bold', 'cyan', 'dim', 'green', 'red', 'yellow'].map((name) => [
    name,
    (text: string) => text,
  ]),
) as Record<'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow', (t: string) => string>;
