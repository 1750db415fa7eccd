/** Options that are numbers or times. yargs itself takes junk for NaN, and says nothing. */
import type { Argv } from 'yargs';
import { checkPort, MisuseError } from '../../common/index.ts';

/**
 * What can be typed behind a command's name, and what is done then. The rooms that do it are
 * imported by the handler: whoever wants --help, or another command, does not wait for them.
 */
export interface Command<Arguments> {
  /** Its own commands by their names, where it has some. */
  nested?: Readonly<Record<string, AnyCommand>>;
  /** What must stand behind its name, where something must. */
  needs?: Needs;
  builder: (yargs: Argv) => Argv<Arguments>;
  handler: (given: Arguments) => Promise<void> | void;
}

/** Any of them: each has arguments of its own, which are its own affair. */
export interface AnyCommand {
  nested?: Readonly<Record<string, AnyCommand>>;
  needs?: Needs;
  builder: (yargs: Argv) => unknown;
  handler: (given: never) => Promise<void> | void;
}

/** For whoever leaves it out: `diagram needs a trace to draw: socketlab diagram …`. */
export interface Needs {
  what: string;
  /** A command line that works, without the name of this program. */
  example: string;
}

/** A coercion for yargs: a port from `least` on. */
export function portOption(
  least: 0 | 1,
): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const port = /^-?\d+$/.test(given) ? Number(given) : given;
    checkPort(port, least);
    return port;
  };
}

/** A coercion for yargs: any number, and nothing else. What it may be, others check. */
export function numberOption(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = given.trim() === '' ? NaN : Number(given);
  if (Number.isFinite(number)) return number;
  throw new MisuseError('ERR_BAD_ARGUMENT', `${JSON.stringify(given)} is no number`);
}

const UNITS: Record<string, number> = { ms: 1, s: 1000 };

/** A coercion for yargs: `10ms`, `1.5s`, or 0, in milliseconds. */
export function durationOption(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (given === '0') return 0;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(given) ?? [];
  if (number !== undefined) return Number(number) * UNITS[unit]!;
  const why = `${JSON.stringify(given)} is no time: write it as 10ms or 1s`;
  throw new MisuseError('ERR_BAD_ARGUMENT', why);
}
