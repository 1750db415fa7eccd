/** `socketlab auction tournament BOTS…`: which bot plays best. */
import { randomBytes } from 'node:crypto';
import type { Bot, TournamentOptions, TournamentResult } from '../../auction/index.ts';
import { misuse, replaceFile } from '../../common/index.ts';
import { checkWritable } from '../line/files.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, number, text, under } from '../line/options.ts';
import { chosenGame, gameOptions } from './game-options.ts';

export const tournamentCommand = command({
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
      .options(
        under('The contest:', {
          games: number(
            'how many games, rounded up so that every bot sits in each seat equally often',
            '1000',
          ),
          seats: number('how many bots play in each game', 'all bots'),
          over: {
            choices: ['in-process', 'tcp', 'udp'] as const,
            default: 'in-process' as const,
            describe: 'how to play: in this process, or over real sockets',
          },
          'at-once': number(
            'how many games are played at the same time; each bot is started for each of them',
            '1',
          ),
          'time-limit': number('milliseconds that a bot has for one decision', '1000'),
          memory: number('largest heap of a bot in a file, in MiB', '128'),
        }),
      )
      .options(
        under('The result:', {
          json: output('JSON', '.json'),
          csv: output('CSV', '.csv'),
        }),
      )
      // The bots determine who plays, and each bot has a time limit of its own.
      .hide('bidders')
      .hide('deadline')
      .example(
        '$0 auction tournament random patient target',
        'three built-in strategies, 1000 games',
      )
      .example('$0 auction tournament bots/*.ts --seats 3 --json=result.json', 'a class')
      .example('$0 auction tournament patient "exec:python3 ann.py"', 'any language'),
  handler: async (given) => {
    const { bidders, bots: specs = [], deadline, games, memory, over, seats } = given;
    if (bidders !== undefined || deadline !== undefined) {
      throw misuse(
        'a tournament takes --seats and --time-limit, not --bidders and --deadline',
      );
    }
    const outputs = chosenOutputs(given);
    const { inProcess, openBots, overSockets, plannedGames } =
      await import('../../auction/index.ts');
    // A table without a game would start its bots for nothing.
    const atOnce = Math.min(
      chosenAtOnce(given['at-once']),
      plannedGames(specs.length, games),
    );
    const signal = onInterrupt();
    const timeLimit = given['time-limit'];
    const tables: Bot[][] = [];
    try {
      for (let table = 0; table < atOnce; table += 1) {
        tables.push(await openBots(specs, { timeLimit, memoryLimit: memory, signal }));
      }
      const [bots = [], ...moreTables] = tables;
      const options: TournamentOptions = {
        games,
        seats,
        moreTables,
        auction: { seed: randomBytes(4).toString('hex'), ...chosenGame(given) },
        runner: over === 'in-process' ? inProcess : overSockets(over),
        signal,
      };
      await print(await play(bots, options), outputs);
    } catch (error) {
      // Who pressed Ctrl-C knows why no bot was opened.
      if (!signal.aborted) throw error;
    } finally {
      await Promise.all(tables.flat().map((bot) => bot.close()));
    }
  },
});

/** More would be slower on any machine that a class has. */
const MOST_AT_ONCE = 64;

function chosenAtOnce(given = 1): number {
  if (Number.isInteger(given) && given >= 1 && given <= MOST_AT_ONCE) return given;
  throw misuse(`--at-once takes a whole number from 1 to ${MOST_AT_ONCE}, not ${given}`);
}

const output = (what: string, ending: string) =>
  ({
    ...text(
      `the result as ${what} to FILE${ending}, or to stdout if no file is given`,
      'a table on stdout',
    ),
    requiresArg: false,
  }) as const;

async function play(
  bots: readonly Bot[],
  options: TournamentOptions,
): Promise<TournamentResult> {
  const { playTournament } = await import('../../auction/index.ts');
  const { withProgress } = await import('../../common/terminal/index.ts');
  return await withProgress(
    '{bar} {value} of {total} games, {eta_formatted} left',
    (onProgress) => playTournament(bots, { ...options, onProgress }),
  );
}

/** Undefined where it was not asked for, '' for stdout. */
interface Outputs {
  json: string | undefined;
  csv: string | undefined;
}

/** Before the games are played, not after them. */
function chosenOutputs({ json, csv }: Outputs): Outputs {
  if (json === '' && csv === '')
    throw misuse('stdout can take --json or --csv, not both');
  for (const [option, file] of Object.entries({ json, csv })) {
    if (file === undefined || file === '') continue;
    // `--json bot.ts other.ts` would overwrite a bot, and `--json patient` miss one.
    if (!file.endsWith(`.${option}`)) {
      throw misuse(
        `--${option} takes a file that ends in .${option}, or nothing, not ${file}`,
      );
    }
    checkWritable(file, option);
  }
  return { json, csv };
}

async function print(result: TournamentResult, { json, csv }: Outputs): Promise<void> {
  const { reportCsv, reportJson, reportText } = await import('../../auction/index.ts');
  const { ownTerminal } = await import('../../common/terminal/index.ts');
  if (json === '') process.stdout.write(reportJson(result));
  else if (csv === '') process.stdout.write(reportCsv(result));
  else process.stdout.write(reportText(result, ownTerminal().width));
  if (json) replaceFile(json, reportJson(result));
  if (csv) replaceFile(csv, reportCsv(result));
}
