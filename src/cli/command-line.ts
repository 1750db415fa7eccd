/**
 * The commands and their options, and how a failure is told: in one line, and by the exit
 * status. What is around it in main.ts belongs to the process.
 *
 * A command's file is loaded when the command is asked for: to draw a trace nobody needs the
 * auction.
 */
import yargs, { type CommandModule } from 'yargs';
import { explain, MisuseError } from '../common/index.ts';

/** In the order of the help. Each is a `CommandModule`, with arguments of its own. */
const COMMANDS: Readonly<Record<string, () => Promise<unknown>>> = {
  tour: async () => (await import('./tour.ts')).tourCommand,
  list: async () => (await import('./list.ts')).listCommand,
  run: async () => (await import('./run.ts')).runCommand,
  auction: async () => (await import('./auction/index.ts')).auctionCommand,
  behaviours: async () => (await import('./behaviours.ts')).behavioursCommand,
  compare: async () => (await import('./compare.ts')).compareCommand,
  relay: async () => (await import('./relay.ts')).relayCommand,
  trace: async () => (await import('./trace.ts')).traceCommand,
  diagram: async () => (await import('./diagram.ts')).diagramCommand,
  zmq: async () => (await import('./zmq/index.ts')).zmqCommand,
};

/**
 * Does what the words behind `socketlab` say.
 * @throws {MisuseError} ERR_BAD_ARGUMENT and others, for words that mean nothing
 * @throws whatever the command throws
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const parser = yargs([...args])
    .scriptName('socketlab')
    .usage('$0 [command]\n\nThe socket lectures, runnable.');
  for (const command of await commandsFor(args)) parser.command(command);
  await parser
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

/** The one that is named first; all of them for help, for completion, and for a wrong name. */
async function commandsFor(args: readonly string[]): Promise<CommandModule[]> {
  const [name = ''] = args;
  const wanted = Object.hasOwn(COMMANDS, name)
    ? [COMMANDS[name]!]
    : Object.values(COMMANDS);
  return (await Promise.all(wanted.map((load) => load()))) as CommandModule[];
}
