/** `socketlab behaviours`: predict, run, explain how UDP and TCP differ. */
import type { Command } from './line/options.ts';
import type { BehavioursArguments } from './handlers/behaviours.ts';

export const behavioursCommand: Command<BehavioursArguments> = {
  builder: (yargs) =>
    yargs
      .positional('names', {
        type: 'string',
        array: true,
        describe: 'one or several, each in full; all of them in a table unless given',
      })
      .option('predict', {
        type: 'boolean',
        default: false,
        describe: 'ask what you expect, before each is run',
      })
      .option('list', {
        type: 'boolean',
        default: false,
        describe: 'show names and questions; run nothing',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'print JSON, for programs to read',
      })
      .option('markdown', {
        type: 'boolean',
        default: false,
        describe: 'print tables for a page',
      })
      .example('$0 behaviours', 'all of them, in about a quarter of a minute')
      .example('$0 behaviours coalescing', 'one in full')
      .example('$0 behaviours --predict', 'your predictions first'),
  handler: async (given) => (await import('./handlers/behaviours.ts')).run(given),
};
