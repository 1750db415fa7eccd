/**
 * Claims about the results of a comparison, checked for graders and sceptics. Pure.
 *
 *   udp.lost==10     framed.outOfOrder == 0     tcp.latencyMs.p99 > 150
 *   └ lane └ field of its JSON   └ ==, !=, <, <=, >, >=   └ a number, or true, false, null
 *
 * A claim about a figure that a run does not have (the latency, if nothing arrived) fails, and says
 * so: neither `<1000` nor `!=1000` is true of a figure that does not exist.
 */
import { didYouMean, misuse, type MisuseError } from '../../common/index.ts';
import { type LaneResult, measure } from './measure.ts';
import type { LaneName } from './record.ts';

export interface Claim {
  /** The claim as the user wrote it. */
  text: string;
  path: readonly string[];
  operator: Operator;
  value: number | boolean | null;
}

export interface Verdict {
  holds: boolean;
  /** The claim and what became of it: `udp.lost==10 is wrong: it is 7`. */
  verdict: string;
}

/** What claims are about: a lane's result, whatever else is in it. */
export interface Judged {
  lane: string;
  blocked?: unknown;
}

type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

const FORM = /^\s*([\w.]+)\s*(==|!=|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?|true|false|null)\s*$/;

/** @throws {MisuseError} ERR_BAD_ARGUMENT with an example */
export function parseClaim(text: string): Claim {
  const parts = FORM.exec(text);
  if (!parts) throw bad(`${text} is not a claim: write one like udp.lost==10`);
  const [, path = '', operator, value = ''] = parts;
  return {
    text: text.trim(),
    path: path.split('.'),
    operator: operator as Operator,
    value: JSON.parse(value) as Claim['value'],
  };
}

/**
 * Rejects claims that no run could prove or disprove, before anything is run.
 *
 * @param shapes results of the lanes that are going to run, in which no part is null
 * @throws {MisuseError} ERR_BAD_ARGUMENT for a lane or field that will not exist
 */
export function checkClaims(claims: readonly Claim[], shapes: readonly Judged[]): void {
  for (const claim of claims) judge(claim, shapes);
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a lane or field that does not exist */
export function judge(claim: Claim, results: readonly Judged[]): Verdict {
  const [lane, ...fields] = claim.path;
  const result = results.find((one) => one.lane === lane);
  if (!result) {
    const lanes = results.map((one) => one.lane);
    const meant = didYouMean(lane ?? '', lanes);
    throw bad(
      `${claim.text}: the lane '${lane}' is not run, only ${lanes.join(', ')}.${meant}`,
    );
  }
  const actual = fields.reduce<unknown>(
    (value, field) => pick(value, field, claim),
    result,
  );
  if (typeof actual === 'object' && actual !== null) {
    const names = Object.keys(actual).join(', ');
    throw bad(`${claim.text}: ${claim.path.join('.')} has parts: ${names}`);
  }
  const holds = compares(actual, claim);
  if (holds) return { holds, verdict: `${claim.text} holds` };
  const absent = actual === null && claim.value !== null;
  const why = absent
    ? `there is no such figure: ${whyAbsent(fields, result)}`
    : `it is ${String(actual)}`;
  return { holds, verdict: `${claim.text} is wrong: ${why}` };
}

/** Why a figure of this result is null. */
function whyAbsent([field]: readonly string[], { blocked }: Judged): string {
  if (field === 'latencyMs') return 'no message arrived';
  if (blocked) return 'fewer messages waited';
  if (blocked === undefined) return 'nothing arrived, or nothing shows it';
  return "the kernel's link does not show its packets";
}

function pick(value: unknown, field: string, { text }: Claim): unknown {
  // What was not measured (the latency, if nothing arrived) has no parts either.
  if (value === null) return null;
  // A missing element of a list (a third example of two) is null as well.
  if (Array.isArray(value) && /^\d+$/.test(field)) {
    return (value as unknown[])[Number(field)] ?? null;
  }
  if (typeof value === 'object' && Object.hasOwn(value, field)) {
    return (value as Record<string, unknown>)[field];
  }
  const names = typeof value === 'object' ? Object.keys(value ?? {}) : [];
  const there = names.length === 0 ? 'none' : names.join(', ');
  const meant = didYouMean(field, names);
  throw bad(`${text}: there is no '${field}'; there are ${there}.${meant}`);
}

/** A result in which no part is null, to check the fields of a claim against. */
export function resultWithEverything(lane: LaneName): LaneResult {
  return measure({
    lane,
    size: 0,
    sent: [0],
    received: [],
    arrivals: [{ k: 1, at: 0 }],
    corrupted: 0,
    fates: [],
    kernelDrops: 0,
    wire: { packets: 0, bytes: 0, acknowledgements: 0 },
    setUp: { ms: 0, packets: 0 },
    blocked: [{ k: 1, waitedFor: 1, arrivedAt: 0, readAt: 0 }],
    finished: true,
    modelled: false,
  });
}

function compares(actual: unknown, { operator, value }: Claim): boolean {
  switch (operator) {
    case '==':
      return actual === value;
    case '!=':
      return actual !== value && (actual !== null || value === null);
  }
  if (typeof actual !== 'number' || typeof value !== 'number') return false;
  switch (operator) {
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
  }
}

function bad(why: string): MisuseError {
  return misuse(`--assert: ${why}`);
}
