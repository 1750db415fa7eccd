/** What `ladder check` and `ladder replay` have in common: whose core, and as which rung. */
import { misuse } from '../../common/index.ts';
import type { Subject } from '../../network/reliable/index.ts';
import { text, under } from '../line/options.ts';

const RUNGS = [
  'stop-and-wait',
  'go-back-n',
  'selective-repeat',
  'round-trip-time',
  'flow-control',
  'congestion-control',
] as const;

export const FILE = {
  type: 'string',
  describe: 'a .ts, .js or .mjs file that exports the classes Sender, Receiver or both',
} as const;

export const coreOptions = under('What to test:', {
  rung: {
    choices: RUNGS,
    demandOption: true,
    describe: 'the rung that it implements; ours is at the other end',
  } as const,
  core: text('a program in any language, such as "python3 core.py"', 'a file'),
  role: {
    choices: ['sender', 'receiver'] as const,
    defaultDescription: 'each end that it has',
    describe: 'which end to test',
  } as const,
});

export function subjectOf(
  name: string,
  file: string | undefined,
  core: string | undefined,
): Subject {
  if (file !== undefined && core !== undefined) {
    throw misuse(`ladder ${name}: a file or --core, not both`);
  }
  if (file !== undefined) return { file };
  if (core !== undefined) return { command: core };
  throw misuse(`ladder ${name} needs a core: a file, or --core "python3 core.py"`);
}
