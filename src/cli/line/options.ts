/**
 * Commands and their options. Each kind of option is declared here once: how yargs reads it, and
 * how --help states the default. yargs itself silently turns junk into NaN.
 */
import type { Argv, Options } from 'yargs';
import { checkPort, misuse, MisuseError } from '../../common/index.ts';

/**
 * What can be typed after a command's name, and what is done then. The rooms that do it are
 * imported by the handler, unless help itself needs them (the properties of a link): whoever
 * wants another command does not wait for them.
 */
export interface Command<Arguments> {
  /** Its own commands by their names, where it has some. */
  nested?: Readonly<Record<string, AnyCommand>>;
  /** Whether words other than their names are accepted too. */
  othersToo?: boolean;
  /** What must follow its name, if anything must. */
  needs?: Needs;
  builder: (yargs: Argv) => Argv<Arguments>;
  handler: (given: Arguments) => Promise<void> | void;
}

/** Any of them: each has arguments of its own, which are its own affair. */
export interface AnyCommand {
  nested?: Readonly<Record<string, AnyCommand>>;
  othersToo?: boolean;
  needs?: Needs;
  builder: (yargs: Argv) => unknown;
  handler: (given: never) => Promise<void> | void;
}

/** For users who leave it out: `diagram needs a trace to draw: socketlab diagram …`. */
interface Needs {
  what: string;
  /** A command line that works, without the name of this program. */
  example: string;
}

/** Lets a handler take what its builder declares. */
export function command<Arguments>(definition: Command<Arguments>): Command<Arguments> {
  return definition;
}

/**
 * These options, under a heading of their own in --help. An error about one says which. A command
 * inside this one does not have them: it would take them, and do nothing with them.
 */
export function under<All extends Record<string, Options>>(group: string, all: All): All {
  return Object.fromEntries(
    Object.entries(all).map(([name, option]) => {
      const { coerce } = option;
      const named = coerce && { coerce: withItsName(name, coerce) };
      return [name, { ...option, ...named, group, global: false }];
    }),
  ) as All;
}

/** yargs does not tell a coercion which option's value it reads. */
function withItsName<Value>(
  name: string,
  coerce: (given: string | undefined) => Value,
): (given: string | undefined) => Value {
  return (given) => {
    try {
      return coerce(given);
    } catch (error) {
      if (!(error instanceof MisuseError) || error.message.includes(`--${name}`))
        throw error;
      throw misuse(`--${name}: ${error.message}`);
    }
  };
}

/** @param usual what holds when the option is left out, in words */
export const text = (describe: string, usual: string) =>
  ({ type: 'string', requiresArg: true, defaultDescription: usual, describe }) as const;

/** May be given more than once, each time with one value. */
export const several = (describe: string, usual: string) =>
  ({
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    defaultDescription: usual,
    describe,
  }) as const;

/** What `coerce` makes of a text. */
export const read = <Value>(
  coerce: (given: string | undefined) => Value | undefined,
  describe: string,
  usual: string,
) => ({ type: 'string', coerce, defaultDescription: usual, describe }) as const;

export const number = (describe: string, usual: string) =>
  read(numberOption, describe, usual);
/** With `nargs`, -1ms is its value and not three flags. */
export const duration = (describe: string, usual: string) =>
  ({ ...read(durationOption, describe, usual), nargs: 1 }) as const;
export const bytes = (describe: string, usual: string) =>
  read(bytesOption, describe, usual);
export const count = (least: number, describe: string, usual: string) =>
  read(countOption(least), describe, usual);
export const port = (least: 0 | 1, describe: string, usual: string | number) =>
  read(portOption(least), describe, String(usual));

export const flag = (describe: string) =>
  ({ type: 'boolean', default: false, describe }) as const;

export const json = (what = '') => flag(`print JSON, for programs to read${what}`);

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

/** A coercion for yargs: any number, and nothing else. Its range is checked elsewhere. */
function numberOption(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const number = given.trim() === '' ? NaN : Number(given);
  if (Number.isFinite(number)) return number;
  throw misuse(`${JSON.stringify(given)} is not a number`);
}

/** A whole number, `least` or more. */
function countOption(least: number): (given: string | undefined) => number | undefined {
  return (given) => {
    const number = numberOption(given);
    if (number === undefined) return undefined;
    if (Number.isSafeInteger(number) && number >= least) return number;
    const why = `a whole number, ${least} or more, not ${given}`;
    throw misuse(why);
  };
}

const UNITS: Record<string, number> = { ms: 1, s: 1000 };
/** In milliseconds: almost 25 days. */
const LONGEST = 2 ** 31 - 1;

/** A coercion for yargs: `10ms`, `1.5s`, or 0, in milliseconds. */
function durationOption(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (given === '0') return 0;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(given) ?? [];
  if (number === undefined) {
    throw misuse(`${JSON.stringify(given)} is not a time: write it as 10ms or 1s`);
  }
  const time = Number(number) * UNITS[unit]!;
  if (time <= LONGEST) return time;
  throw misuse(`${given} is longer than a timer can wait: 2147483s at most`);
}

const BYTES: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6 };

/** A coercion for yargs: `500kb`, `1.5mb`, in bytes. */
function bytesOption(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(b|kb|mb)$/i.exec(given) ?? [];
  if (number !== undefined)
    return Math.round(Number(number) * BYTES[unit.toLowerCase()]!);
  const why = `${JSON.stringify(given)} is not an amount: write it as 500kb or 1mb`;
  throw misuse(why);
}
