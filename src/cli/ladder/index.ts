/** `socketlab ladder …`: reliability on datagrams, rung by rung; ours, and your own. */
import type { CommandModule } from 'yargs';
import { type AnyCommand, command } from '../line/options.ts';
import { checkCommand } from './check.ts';
import { climbCommand } from './climb.ts';
import { newCommand } from './new.ts';
import { replayCommand } from './replay.ts';

const NESTED: readonly (readonly [string, string, AnyCommand])[] = [
  ['check [file]', 'test your own core, under thousands of seeds', checkCommand],
  ['replay [file]', 'play one run of a core again, and draw it', replayCommand],
  ['new <file>', 'write a first core for you to change', newCommand],
];

export const ladderCommand = command({
  ...climbCommand,
  nested: Object.fromEntries(
    NESTED.map(([name, , definition]) => [name.split(' ')[0]!, definition]),
  ),
  othersToo: true,
  builder: (yargs) => {
    for (const [name, describe, definition] of NESTED) {
      yargs.command({
        command: name,
        describe,
        ...definition,
      } as unknown as CommandModule);
    }
    const built = climbCommand.builder(yargs);
    // As the options of `under`; @types/yargs does not know that a positional can be so too.
    (built as unknown as { global: (key: string, is: boolean) => void }).global(
      'rungs',
      false,
    );
    return built;
  },
});
