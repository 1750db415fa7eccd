/** Options that are numbers. yargs itself takes junk for NaN, and says nothing. */
import { checkPort, MisuseError } from '../common/index.ts';

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
