/** Options that `socketlab zmq` has and other commands have not. */
import { MisuseError } from '../../common/index.ts';
import { numberOption } from '../line/options.ts';

/** Several of them may be given, each by itself: `--bind 5678 --bind 5679`. */
export const SEVERAL = {
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
} as const;

/** A whole number from `least` on. */
export function countOption(
  least: number,
): (given: string | undefined) => number | undefined {
  return (given) => {
    const number = numberOption(given);
    if (number === undefined) return undefined;
    if (Number.isSafeInteger(number) && number >= least) return number;
    const why = `a whole number from ${least} on, not ${given}`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  };
}
