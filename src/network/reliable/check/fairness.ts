/**
 * Checks whether a sender leaves another sender, ours, its share of a link. Pure.
 *
 * A single run is decided by luck as well, so several are taken together. The link has one queue
 * for both, as at a router, and loses only what does not fit into it.
 */
import { jain } from '../../../common/index.ts';
import { linkOf } from '../../link/model/index.ts';
import { rungOptions } from '../options.ts';
import { type Rung, rungNamed } from '../rungs/rungs.ts';
import { simulateTogether } from '../simulate.ts';
import { Foul } from './foul.ts';
import { type CoreMaker, Guarded } from './guarded.ts';
import { Messages } from './messages.ts';

const MESSAGES = 1000;
const QUEUES = [15, 25, 40];
/** Jain's index: two that share as 7 to 3 have 0.86. */
const FAIR = 0.86;

/** @returns a foul if its share, over all runs, is not a fair one */
export function unfairness(name: string, make: CoreMaker): Foul | undefined {
  try {
    return compared(name, make);
  } catch (error) {
    if (error instanceof Foul) return error.by('sender');
    throw error;
  }
}

function compared(name: string, make: CoreMaker): Foul | undefined {
  const ours = rungNamed(name);
  const theirs: Rung = {
    ...ours,
    sender: (options) => {
      const core = new Guarded(make, 'sender', options);
      return { state: 'tested', on: (event, now) => core.on(event, now) };
    },
  };
  let its = 0;
  let other = 0;
  for (const queue of QUEUES) {
    const plan = {
      options: rungOptions({ buffer: MESSAGES }),
      link: linkOf({ delay: 20, rate: 2e6, queue }),
      messages: new Messages(MESSAGES).all,
    };
    // The one that begins has an advantage, so each begins once.
    const [before = 0, after = 0] = simulateTogether(plan, [theirs, ours]).shares;
    const [first = 0, second = 0] = simulateTogether(plan, [ours, theirs]).shares;
    its += before + second;
    other += after + first;
  }
  const index = jain([its, other]) ?? 0;
  if (index >= FAIR) return undefined;
  const share = (100 * its) / (its + other);
  return new Foul(
    'unfair',
    `Beside one of ours, on a link that they share, it got ${share.toFixed(0)} % of what both ` +
      `got through: Jain's index is ${index.toFixed(2)}, and should be ${FAIR} or more.`,
  );
}
