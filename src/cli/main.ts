#!/usr/bin/env node
/**
 * The command line: `socketlab <command>`. It reads options and calls the rooms below; what
 * a command does stands there.
 *
 * Exit status: 0 when the job was done, 1 when it failed, 2 for misuse, 130 after Ctrl-C.
 */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
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

/** A closed pipe (`socketlab list | head -1`) is no failure: nobody reads any more. */
process.stdout.on('error', () => process.exit(0));

try {
  await yargs(hideBin(process.argv))
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
      if (process.argv[2] === 'completion') process.exit(0);
      // yargs passes on what a command threw; its own errors are about the command line.
      if (error && error.name !== 'YError') throw error;
      throw new MisuseError('ERR_BAD_ARGUMENT', message);
    })
    .epilogue('socketlab <command> --help tells more, with an example.')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .parseAsync();
} catch (error) {
  const misuse = error instanceof MisuseError;
  const advice = misuse ? ' (try --help)' : '';
  console.error(`socketlab: ${explain(error)}${advice}`);
  process.exitCode = misuse ? 2 : 1;
}
