/** `socketlab auction tournament BOTS…`: which bot plays best. */
import { type Command, numberOption } from '../line/options.ts';
import type { TournamentArguments } from '../handlers/auction-tournament.ts';
import { gameOptions } from './game-options.ts';

const CONTEST = 'The contest:';
const RESULT = 'The result:';

export const tournamentCommand: Command<TournamentArguments> = {
  needs: {
    what: 'bots',
    example: 'auction tournament patient blocker random',
  },
  builder: (yargs) =>
    gameOptions(
      yargs.positional('bots', {
        type: 'string',
        array: true,
        describe:
          'random, patient, target, blocker, expected-value, a file that exports ' +
          'determineBid(view), or "exec:python3 bot.py"',
      }),
      'to-nobody',
    )
      .option('games', {
        group: CONTEST,
        type: 'string',
        coerce: numberOption,
        defaultDescription: '1000',
        describe:
          'how many games, rounded up so that every bot sits in each seat equally often',
      })
      .option('seats', {
        group: CONTEST,
        type: 'string',
        coerce: numberOption,
        defaultDescription: 'all bots',
        describe: 'how many bots play in one game',
      })
      .option('over', {
        group: CONTEST,
        choices: ['in-process', 'tcp', 'udp'] as const,
        default: 'in-process' as const,
        describe: 'on the rules alone, or over real sockets',
      })
      .option('time-limit', {
        group: CONTEST,
        type: 'string',
        coerce: numberOption,
        defaultDescription: '1000',
        describe: 'milliseconds that a bot has for one decision',
      })
      .option('memory', {
        group: CONTEST,
        type: 'string',
        coerce: numberOption,
        defaultDescription: '128',
        describe: 'largest heap of a bot in a file, in MiB',
      })
      .option('json', {
        group: RESULT,
        type: 'string',
        defaultDescription: 'a table on stdout',
        describe: 'the result as JSON to FILE.json, or to stdout if no file is given',
      })
      .option('csv', {
        group: RESULT,
        type: 'string',
        defaultDescription: 'a table on stdout',
        describe: 'the result as CSV to FILE.csv, or to stdout if no file is given',
      })
      // The bots determine who plays, and each bot has a time limit of its own.
      .hide('bidders')
      .hide('deadline')
      .example('$0 auction tournament random patient target', 'three of ours, 1000 games')
      .example('$0 auction tournament bots/*.ts --seats 3 --json=result.json', 'a class')
      .example('$0 auction tournament patient "exec:python3 ann.py"', 'any language'),
  handler: async (given) =>
    (await import('../handlers/auction-tournament.ts')).run(given),
};
