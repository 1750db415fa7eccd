/** What `socketlab auction tournament` does: plays, and prints who is best. */
import { randomBytes } from 'node:crypto';
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
import { MisuseError, replaceFile } from '../../common/index.ts';
import { ownTerminal, withProgress } from '../../common/terminal/index.ts';
import { chosenGame, type GameArguments } from '../auction/game-options.ts';
import { checkWritable } from '../line/files.ts';
import { onInterrupt } from '../line/interrupt.ts';

export interface TournamentArguments extends GameArguments {
  bots: string[] | undefined;
  games: number | undefined;
  seats: number | undefined;
  over: 'in-process' | 'tcp' | 'udp';
  'time-limit': number | undefined;
  memory: number | undefined;
  csv: string | undefined;
  json: string | undefined;
}

export async function run(given: TournamentArguments): Promise<void> {
  const { bidders, bots: specs = [], deadline, games, memory, over, seats } = given;
  if (bidders !== undefined || deadline !== undefined) {
    throw bad('a tournament has --seats and --time-limit, not --bidders and --deadline');
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
}

async function play(
  bots: readonly Bot[],
  options: TournamentOptions,
): Promise<TournamentResult> {
  try {
    return await withProgress(
      '{bar} {value} of {total} games, {eta_formatted} left',
      (onProgress) => playTournament(bots, { ...options, onProgress }),
    );
  } finally {
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
    checkWritable(file, option);
  }
  return { json, csv };
}

function print(result: TournamentResult, { json, csv }: Outputs): void {
  if (json === '') process.stdout.write(reportJson(result));
  else if (csv === '') process.stdout.write(reportCsv(result));
  else process.stdout.write(reportText(result, ownTerminal().width));
  if (json) replaceFile(json, reportJson(result));
  if (csv) replaceFile(csv, reportCsv(result));
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why);
}
