/** What a program prints that checks a core of its own. */
import { expect, it } from 'vitest';
import { Receiver as Naive } from '../../../../../examples/23-check-your-own/naive-core.ts';
import { Receiver } from '../../../../../examples/23-check-your-own/core.ts';
import { checkLines } from '../../../../../src/network/reliable/check/check-lines.ts';

const OWN = { file: 'own.ts', rung: 'go-back-n', role: 'receiver' } as const;

it('says that nothing is wrong, and after how many runs', () => {
  const make = (options: ConstructorParameters<typeof Receiver>[0]): Receiver =>
    new Receiver(options);
  expect(checkLines({ ...OWN, make, seeds: 3 })).toEqual([
    'go-back-n, receiver: 3 runs, and nothing wrong.',
  ]);
});

it('says what is wrong, and ends with the command that plays that run again', () => {
  const lines = checkLines({ ...OWN, make: (options) => new Naive(options) });
  expect(lines[0]).toBe('go-back-n, receiver: wrong under seed 2.');
  const rows = lines.at(-1)!.split('\n');
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(72);
  // What a shell makes of it.
  expect(lines.at(-1)!.replaceAll(/ \\\n +/g, ' ')).toMatch(
    /^ {2}npm run -s socketlab -- ladder replay own\.ts --rung go-back-n --role receiver --\w[^\\]*$/,
  );
});

it.each([
  [{ rung: 'go-back-N' }, 'rung: stop-and-wait, go-back-n, .*, not "go-back-N"'],
  [{ role: 'both' as 'sender' }, 'role: sender, receiver, not "both"'],
  [{ seeds: 0 }, 'seeds: a whole number, 1 or more, not 0'],
  [{ seeds: Number.NaN }, 'seeds: a whole number, 1 or more, not NaN'],
])('refuses what it cannot play: %j', (wrong, why) => {
  const make = (options: ConstructorParameters<typeof Receiver>[0]): Receiver =>
    new Receiver(options);
  expect(() => checkLines({ ...OWN, make, seeds: 1, ...wrong })).toThrow(new RegExp(why));
});
