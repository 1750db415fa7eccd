/** The built-in strategies by their names. Pure. */
import { didYouMean, misuse } from '../../../common/index.ts';
import { blocker } from './blocker.ts';
import { expectedValue } from './expected-value.ts';
import { patient } from './patient.ts';
import { random } from './random.ts';
import type { Strategy } from './strategy.ts';
import { target } from './target.ts';

export const strategies: readonly Strategy[] = [
  random,
  patient,
  target,
  blocker,
  expectedValue,
];

/** @throws {MisuseError} ERR_BAD_ARGUMENT with a list of the names */
export function findStrategy(name: string): Strategy {
  const found = strategies.find((strategy) => strategy.name === name);
  if (found) return found;
  const names = strategies.map((strategy) => strategy.name);
  const meant = didYouMean(name, names);
  throw misuse(
    `no strategy is called ${JSON.stringify(name)}; there are ${names.join(', ')}` +
      (meant === '' ? '' : `.${meant}`),
  );
}
