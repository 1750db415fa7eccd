/** The rungs side by side, under the same luck. Pure. */
import { didYouMean, jain, MisuseError } from '../../common/index.ts';
import { linkOf, type LinkOptions } from '../link/model/index.ts';
import { edited, type Edits, NO_EDITS } from './edits.ts';
import { messagesPerSecond } from './formula.ts';
import { type RungOptions, rungOptions } from './options.ts';
import { LARGEST_PAYLOAD } from './packet.ts';
import type { Recorder } from './report/record.ts';
import { type OurRung, type Rung, RUNGS } from './rungs/rungs.ts';
import { type Plan, simulateTogether } from './simulate.ts';
import type { Run } from './tally.ts';

export interface LadderOptions {
  /** Names of rungs; all of them unless given. */
  rungs?: readonly string[] | undefined;
  link?: LinkOptions | undefined;
  messages?: number | undefined;
  /** Bytes of a message. */
  size?: number | undefined;
  window?: number | undefined;
  timeout?: number | undefined;
  buffer?: number | undefined;
  space?: number | undefined;
  /** How long the application takes for each message, milliseconds. */
  readEvery?: number | undefined;
  /** On real datagrams, and not in virtual time. */
  real?: boolean | undefined;
  /** How many senders share the link, each with a receiver of its own. */
  senders?: number | undefined;
  /** Packets with a chosen fate; only with a single sender. */
  edits?: Edits | undefined;
}

export interface LadderPlan {
  rungs: readonly OurRung[];
  link: LinkOptions;
  options: RungOptions;
  messages: number;
  size: number;
  readEvery: number;
  real: boolean;
  senders: number;
  edits: Edits;
}

/** Of all senders together. */
export interface RungResult extends Run {
  rung: string;
  /** Jain's index of what each had got through when the first was done; null for one sender. */
  jain: number | null;
  /** Bytes a second that the application got, headers not counted; null if it got none. */
  goodput: number | null;
  /** What the formula says; null if nothing limits it. */
  formula: number | null;
  /** The share of the time in which the link there was busy; null if it takes no time to send. */
  linkUsed: number | null;
}

/** A link that shows every rung's flaw. */
const USUAL_LINK: LinkOptions = { delay: 20, loss: 0.05, rate: 1e7, seed: 7 };
/** Enough to tell any two messages apart. */
const SMALLEST = 4;
const MOST_MESSAGES = 1_000_000;
const MOST_SENDERS = 100;
const MOST_BYTES = 100_000_000;

/** @throws {MisuseError} ERR_BAD_ARGUMENT, ERR_BAD_LINK */
export function ladderPlan(given: LadderOptions = {}): LadderPlan {
  const { buffer, link = USUAL_LINK, space, timeout, window } = given;
  const { edits = NO_EDITS, readEvery = 0, real = false, senders = 1 } = given;
  const { messages = real ? 100 : 500, size = 1000 } = given;
  checkWhole('messages', messages, 1, 100_000);
  checkWhole('size', size, SMALLEST, LARGEST_PAYLOAD);
  if (messages * size > MOST_BYTES) {
    throw bad(`messages × size is at most ${MOST_BYTES} bytes, not ${messages * size}`);
  }
  checkWhole('senders', senders, 1, MOST_SENDERS);
  if (messages * senders > MOST_MESSAGES) {
    throw bad(
      `messages × senders is at most ${MOST_MESSAGES}, not ${messages * senders}`,
    );
  }
  if (real && senders > 1) {
    throw bad('several senders share a link in virtual time only: leave out --real');
  }
  if (edits.size > 0 && senders > 1) {
    throw bad(
      'packets to lose or to save belong to a single sender: leave out --senders',
    );
  }
  linkOf(link);
  const named = Object.entries({ buffer, space, timeout, window });
  const chosen = Object.fromEntries(named.filter(([, value]) => value !== undefined));
  const options = rungOptions(chosen);
  if (options.window >= options.space) {
    throw bad(`window must be less than space, ${options.space}, not ${options.window}`);
  }
  return {
    rungs: rungsNamed(given.rungs),
    link,
    options,
    messages,
    size,
    readEvery,
    real,
    senders,
    edits,
  };
}

function rungsNamed(names: readonly string[] = []): readonly OurRung[] {
  if (names.length === 0) return RUNGS;
  const known = RUNGS.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = didYouMean(name, known) || ` The rungs are ${known.join(', ')}.`;
    throw bad(`${JSON.stringify(name)} is not a rung.${meant}`);
  }
  return RUNGS.filter(({ name }) => names.includes(name));
}

/**
 * Each rung's result, when it is asked for.
 * @param recorder of what happens, for pictures
 */
export function* climb(plan: LadderPlan, recorder?: Recorder): Generator<RungResult> {
  const { senders } = plan;
  const one = simulationOf(plan);
  for (const rung of plan.rungs) {
    const record = recorder?.begin(rung);
    const each = Array.from({ length: senders }, () => record?.watched() ?? rung);
    const { runs, shares } = simulateTogether(
      { ...one, onPassing: record?.passed },
      each,
    );
    yield resultOf(plan, rung, together(runs), senders > 1 ? jain(shares) : null);
  }
}

/** What is simulated for each rung. */
export function simulationOf(plan: LadderPlan): Omit<Plan, 'rung'> {
  const { edits, link, options, readEvery } = plan;
  return {
    options,
    link: edited(linkOf(link), edits),
    messages: messagesOf(plan),
    readEvery,
  };
}

/** What every rung sends. */
export function messagesOf({
  messages,
  size,
}: Pick<LadderPlan, 'messages' | 'size'>): Uint8Array[] {
  return Array.from({ length: messages }, (_, k) => messageOf(k, size));
}

/** Combines the runs of all senders into one, which fails if one of them does. */
function together(runs: readonly Run[]): Run {
  return runs.reduce((all, run) => ({
    end: all.end === 'done' ? run.end : all.end,
    delivered: all.delivered + run.delivered,
    wrong: all.wrong ?? run.wrong,
    dropped: all.dropped + run.dropped,
    time: Math.max(all.time, run.time),
    sent: all.sent + run.sent,
    again: all.again + run.again,
    needless: all.needless + run.needless,
    acknowledgements: all.acknowledgements + run.acknowledgements,
    // By the end of the last: it is one link.
    busy: Math.max(all.busy, run.busy),
  }));
}

export function resultOf(
  plan: LadderPlan,
  rung: Rung,
  run: Run,
  fairness: number | null = null,
): RungResult {
  const { options, size } = plan;
  const formula = messagesPerSecond(rung, { link: linkOf(plan.link), options, size });
  return {
    rung: rung.name,
    jain: fairness,
    ...run,
    goodput: goodputOf(run, size),
    // The formula is for one sender that has the link to itself.
    formula: formula === undefined || plan.senders > 1 ? null : formula * size,
    linkUsed: run.busy > 0 ? run.busy / run.time : null,
  };
}

/**
 * Bytes a second that the application got; null if it got none.
 * @param size bytes of a message
 */
export function goodputOf({ delivered, time }: Run, size: number): number | null {
  return time > 0 ? (delivered * size * 1000) / time : null;
}

function messageOf(k: number, size: number): Uint8Array {
  const message = new Uint8Array(size);
  new DataView(message.buffer).setUint32(0, k);
  return message;
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw bad(`${name} is a whole number from ${least} to ${most}, not ${value}`);
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why);
}
