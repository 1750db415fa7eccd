/** A command that has commands: `auction serve`, `zmq req`. */
import type { CommandModule } from 'yargs';
import type { AnyCommand, Command } from './options.ts';

export type NestedEntry = readonly [
  command: string,
  describe: string,
  definition: AnyCommand,
];

/**
 * @param name the command's own
 * @param what must follow it: `a pattern`
 * @param example one of its commands, and what that does
 */
export function nestedCommand(
  name: string,
  what: string,
  entries: readonly NestedEntry[],
  example: readonly [command: string, does: string],
): Command<object> {
  const nested = Object.fromEntries(
    entries.map(([command, , definition]) => [command.split(' ')[0]!, definition]),
  );
  const names = Object.keys(nested);
  const all = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return {
    nested,
    builder: (yargs) => {
      for (const [command, describe, definition] of entries) {
        yargs.command({ command, describe, ...definition } as unknown as CommandModule);
      }
      return yargs
        .example(`$0 ${example[0]}`, example[1])
        .demandCommand(1, `${name} needs ${what}: ${all}`);
    },
    handler: () => {},
  };
}
