/**
 * The commands and their options, and how a failure is told: in one line, and by the exit
 * status. What is around it in main.ts belongs to the process.
 */
import yargs from 'yargs';
import { explain, MisuseError } from '../common/index.ts';
import { auctionCommand } from './auction/index.ts';
import { behavioursCommand } from './behaviours.ts';
import { compareCommand } from './compare.ts';
import { diagramCommand } from './diagram.ts';
import { listCommand } from './list.ts';
import { relayCommand } from './relay.ts';
import { runCommand } from './run.ts';
import { tourCommand } from './tour.ts';
import { traceCommand } from './trace.ts';
import { zmqCommand } from './zmq/index.ts';

/**
 * Does what the words behind `socketlab` say.
 * @throws {MisuseError} ERR_BAD_ARGUMENT and others, for words that mean nothing
 * @throws whatever the command throws
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  await yargs([...args])
    .scriptName('socketlab')
    .usage('$0 [command]\n\nThe socket lectures, runnable.')
    .command(tourCommand)
    .command(listCommand)
    .command(runCommand)
    .command(auctionCommand)
    .command(behavioursCommand)
    .command(compareCommand)
    .command(relayCommand)
    .command(traceCommand)
    .command(diagramCommand)
    .command(zmqCommand)
    .strict()
    .locale('en')
    .alias('help', 'h')
    .recommendCommands()
    .completion('completion', 'a script that completes commands in bash or zsh')
    .exitProcess(false)
    .fail((message, error) => {
      // yargs has printed the script, and finds it unknown all the same when it may not exit.
      if (args[0] === 'completion') process.exit(0);
      // yargs passes on what a command threw; its own errors are about the command line.
      if (error && error.name !== 'YError') throw error;
      throw new MisuseError('ERR_BAD_ARGUMENT', message);
    })
    .epilogue('socketlab <command> --help tells more, with an example.')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .parseAsync();
}

/** What is said of an error on stderr, and the exit status. */
export function failureOf(error: unknown): { line: string; status: 1 | 2 } {
  const misuse = error instanceof MisuseError;
  const advice = misuse ? ' (try --help)' : '';
  return { line: `socketlab: ${explain(error)}${advice}`, status: misuse ? 2 : 1 };
}
