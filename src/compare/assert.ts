/**
 * Claims about a comparison, for graders and for those who want to be proved wrong. Pure.
 *
 *   udp.lost==10     framed.outOfOrder == 0     tcp.latencyMs.p99 > 150
 *   └ lane └ field of its JSON   └ ==, !=, <, <=, >, >=   └ a number, or true, false, null
 */
import { MisuseError } from '../common/index.ts';
import type { LaneResult } from './measure.ts';

export interface Claim {
  /** As it was written. */
  text: string;
  path: readonly string[];
  operator: Operator;
  value: number | boolean | null;
}

export interface Judged {
  claim: Claim;
  holds: boolean;
  actual: unknown;
}

type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

const FORM = /^\s*([\w.]+)\s*(==|!=|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?|true|false|null)\s*$/;

/** @throws {MisuseError} ERR_BAD_ARGUMENT with an example */
export function parseClaim(text: string): Claim {
  const parts = FORM.exec(text);
  if (!parts) throw bad(`${text} is no claim: write one like udp.lost==10`);
  const [, path = '', operator, value = ''] = parts;
  return {
    text: text.trim(),
    path: path.split('.'),
    operator: operator as Operator,
    value: JSON.parse(value) as Claim['value'],
  };
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT for a lane or field that is not there */
export function judge(claim: Claim, results: readonly LaneResult[]): Judged {
  const [lane, ...fields] = claim.path;
  const result = results.find((one) => one.lane === lane);
  if (!result) {
    const lanes = results.map((one) => one.lane).join(', ');
    throw bad(`${claim.text}: no lane '${lane}' was run, only ${lanes}`);
  }
  const actual = fields.reduce<unknown>(
    (value, field) => pick(value, field, claim),
    result,
  );
  if (typeof actual === 'object' && actual !== null) {
    const names = Object.keys(actual).join(', ');
    throw bad(`${claim.text}: ${claim.path.join('.')} has parts: ${names}`);
  }
  return { claim, actual, holds: compares(actual, claim) };
}

function pick(value: unknown, field: string, { text }: Claim): unknown {
  // What was never measured (no latency where nothing arrived) has no parts either.
  if (value === null) return null;
  if (typeof value === 'object' && Object.hasOwn(value, field)) {
    return (value as Record<string, unknown>)[field];
  }
  const names = typeof value === 'object' ? Object.keys(value ?? {}).join(', ') : 'none';
  throw bad(`${text}: there is no '${field}'; there are ${names}`);
}

function compares(actual: unknown, { operator, value }: Claim): boolean {
  switch (operator) {
    case '==':
      return actual === value;
    case '!=':
      return actual !== value;
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
  return new MisuseError('ERR_BAD_ARGUMENT', `--assert: ${why}`);
}
