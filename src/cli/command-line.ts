/**
 * Reads the command line and carries it out: options in, one call to a room below.
 *
 * Exit status: 0 when the job was done, 1 when it failed, 2 for misuse, 130 after Ctrl-C.
 */
import yargs, { type Argv, type CommandModule } from 'yargs';
import { explain, misuse, MisuseError, packageVersion } from '../common/index.ts';
import { COMMANDS, nameOf } from './commands.ts';
import { checkWords, sentences } from './line/check.ts';
import { tidied } from './line/help-text.ts';
import { unknownCommand } from './line/misspelt.ts';
import type { AnyCommand } from './line/options.ts';

/**
 * Does what the words after `socketlab` say.
 * @throws {MisuseError} ERR_BAD_ARGUMENT and others, for words that mean nothing
 * @throws whatever the command throws
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  // As with git: `socketlab help run`.
  await parse(args[0] === 'help' ? [...args.slice(1), '--help'] : args);
}

/** What is said about an error on stderr, and the exit status. */
export function failureOf(error: unknown): { line: string; status: 1 | 2 } {
  if (!(error instanceof MisuseError)) return { line: explain(error), status: 1 };
  return { line: `${explain(error)} (try --help)`, status: 2 };
}

async function parse(args: readonly string[]): Promise<void> {
  const cli = yargs()
    .scriptName('socketlab')
    .usage('$0 [command]\n\nThe socket lectures, runnable.');
  const commands = new Map<string, AnyCommand>();
  for (const entry of COMMANDS) {
    const { command, describe, load } = entry;
    const name = nameOf(entry);
    // Without a command the tour runs, and its --help is that of all commands.
    const loaded = name === 'tour' || args.includes(name) ? await load() : undefined;
    if (loaded) commands.set(name, loaded);
    cli.command({ command, describe, ...(loaded ?? NOT_WANTED) } as CommandModule);
  }
  const { nested, othersToo = false } = commands.get(args[0] ?? '') ?? {};
  const inner = nested && Object.keys(nested);
  unknownCommand(args, COMMANDS.map(nameOf), inner, othersToo);
  const asked = { args, commands, env: process.env };
  keepNoHelp(cli);
  await cli
    .strict()
    .locale('en')
    .updateStrings(sentences(asked) as unknown as Record<string, string>)
    .version(packageVersion())
    .alias('help', 'h')
    .describe('help', 'show this help')
    .describe('version', 'show the version of socketlab')
    .exitProcess(false)
    .middleware((given) => checkWords(cli, given, asked), true)
    .fail((message, error) => {
      // yargs passes on what a command threw; its own errors are about the command line.
      if (error && error.name !== 'YError') throw error;
      throw misuse(message);
    })
    .epilogue('socketlab <command> --help shows more, with an example.')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .parseAsync([...args], {}, (_error, _argv, output) => {
      if (output !== '') console.log(tidied(output));
    });
}

/**
 * yargs draws up the help of every command that it runs, in case somebody asks for it afterwards:
 * up to a fifth of the start, for nothing. It has no public switch for that.
 */
function keepNoHelp(cli: Argv): void {
  const { getInternalMethods } = cli as Partial<Internal>;
  const usage = getInternalMethods?.call(cli).getUsageInstance();
  if (usage) usage.cacheHelpMessage = () => {};
}

interface Internal {
  getInternalMethods: () => {
    getUsageInstance: () => { cacheHelpMessage: () => void };
  };
}

const NOT_WANTED = { handler: (): void => {} };
