/** `socketlab auction tournament BOTS…`: which bot plays best. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { CommandModule } from 'yargs';
import {
  inProcess,
  openBots,
  overSockets,
  playTournament,
  reportCsv,
  reportJson,
  reportText,
  type Bot,
  type TournamentOptions,
  type TournamentResult,
} from '../../auction/index.ts';
import { MisuseError } from '../../common/index.ts';
import { ownTerminal } from '../../lessons/index.ts';
import { onInterrupt } from '../interrupt.ts';
import { numberOption } from '../options.ts';
import { chosenGame, type GameArguments, gameOptions } from './serve.ts';

interface TournamentArguments extends GameArguments {
  bots: string[] | undefined;
  games: number | undefined;
  seats: number | undefined;
  over: 'in-process' | 'tcp' | 'udp';
  'time-limit': number | undefined;
  memory: number | undefined;
  csv: string | undefined;
  json: string | undefined;
}

export const tournamentCommand: CommandModule<object, TournamentArguments> = {
  command: 'tournament <bots..>',
  describe: 'many games between bots, and who is best',
  builder: (yargs) =>
    gameOptions(yargs)
      .positional('bots', {
        type: 'string',
        array: true,
        describe:
          'random, patient, target, blocker, expected-value, a file that exports ' +
          'determineBid(view), or "exec:python3 bot.py"',
      })
      .option('games', {
        type: 'string',
        coerce: numberOption,
        describe: 'at least so many, so that all sit everywhere equally often; 1000',
      })
      .option('seats', {
        type: 'string',
        coerce: numberOption,
        describe: 'how many bots play in one game; all unless given',
      })
      .option('over', {
        choices: ['in-process', 'tcp', 'udp'] as const,
        default: 'in-process' as const,
        describe: 'on the rules alone, or over real sockets',
      })
      .option('time-limit', {
        type: 'string',
        coerce: numberOption,
        describe: 'milliseconds for one decision; 1000 unless given',
      })
      .option('memory', {
        type: 'string',
        coerce: numberOption,
        describe: 'MiB of heap for a bot in a file; 128 unless given',
      })
      .option('json', {
        type: 'string',
        describe: 'the result to FILE.json, or to stdout',
      })
      .option('csv', { type: 'string', describe: 'the result to FILE.csv, or to stdout' })
      .describe('unsold', 'what nobody bid for; to-nobody unless given')
      // Who plays follows from the bots, and each bot has a time limit of its own.
      .hide('bidders')
      .hide('deadline')
      .example('$0 auction tournament random patient target', 'three of ours, 1000 games')
      .example('$0 auction tournament bots/*.ts --seats 3 --json=result.json', 'a class')
      .example('$0 auction tournament patient "exec:python3 ann.py"', 'any language'),
  handler: async (given) => {
    const { bidders, bots: specs = [], deadline, games, memory, over, seats } = given;
    if (bidders !== undefined || deadline !== undefined) {
      throw bad(
        'a tournament has --seats and --time-limit, not --bidders and --deadline',
      );
    }
    const outputs = chosenOutputs(given);
    const signal = onInterrupt();
    const timeLimit = given['time-limit'];
    try {
      const bots = await openBots(specs, { timeLimit, memoryLimit: memory, signal });
      const options: TournamentOptions = {
        games,
        seats,
        auction: { seed: randomBytes(4).toString('hex'), ...chosenGame(given) },
        runner: over === 'in-process' ? inProcess : overSockets(over),
        signal,
      };
      print(await play(bots, options), outputs);
    } catch (error) {
      // Who pressed Ctrl-C knows why no bot was opened.
      if (!signal.aborted) throw error;
    }
  },
};

async function play(
  bots: readonly Bot[],
  options: TournamentOptions,
): Promise<TournamentResult> {
  const progress = new Progress();
  const onProgress = (played: number, planned: number): void => {
    progress.show(played, planned);
  };
  try {
    return await playTournament(bots, { ...options, onProgress });
  } finally {
    progress.stop();
    await Promise.all(bots.map((bot) => bot.close()));
  }
}

/** Undefined where it was not asked for, '' for stdout. */
interface Outputs {
  json: string | undefined;
  csv: string | undefined;
}

/** Before the games are played, not after them. */
function chosenOutputs({ json, csv }: TournamentArguments): Outputs {
  if (json === '' && csv === '') throw bad('stdout takes --json or --csv, not both');
  for (const [option, file] of Object.entries({ json, csv })) {
    if (file === undefined || file === '') continue;
    // `--json bot.ts other.ts` would overwrite a bot, and `--json patient` miss one.
    if (!file.endsWith(`.${option}`)) {
      throw bad(
        `--${option} takes a file that ends in .${option}, or nothing, not ${file}`,
      );
    }
    try {
      accessSync(dirname(file), constants.W_OK);
    } catch {
      throw bad(
        `--${option}: there is no folder ${dirname(file)} that can be written to`,
      );
    }
  }
  return { json, csv };
}

function print(result: TournamentResult, { json, csv }: Outputs): void {
  if (json === '') process.stdout.write(reportJson(result));
  else if (csv === '') process.stdout.write(reportCsv(result));
  else process.stdout.write(reportText(result, ownTerminal().width));
  if (json) writeFileSync(json, reportJson(result));
  if (csv) writeFileSync(csv, reportCsv(result));
}

/** On stderr, so that stdout can be piped; nowhere when that is no terminal. */
class Progress {
  #bar: SingleBar | undefined;

  show(played: number, planned: number): void {
    if (!this.#bar) {
      const options = {
        format: '{bar} {value} of {total} games, {eta_formatted} left',
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
        // The command ends it: after Ctrl-C there is a result to print.
        gracefulExit: false,
      };
      this.#bar = new SingleBar(options, Presets.shades_classic);
      this.#bar.start(planned, played);
    }
    this.#bar.update(played);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why);
}
