/**
 * The command line, read and carried out: options in, one call to a room below.
 *
 * Exit status: 0 when the job was done, 1 when it failed, 2 for misuse, 130 after Ctrl-C.
 */
import yargs, { type Argv, type CommandModule } from 'yargs';
import { explain, MisuseError } from '../common/index.ts';
import { COMMANDS, nameOf } from './commands.ts';
import { tidied } from './line/help-text.ts';
import { inOurWords } from './line/in-our-words.ts';
import { forgottenDashes, unknownCommand } from './line/misspelt.ts';
import type { AnyCommand } from './line/options.ts';

/**
 * Does what the words behind `socketlab` say.
 * @throws {MisuseError} ERR_BAD_ARGUMENT and others, for words that mean nothing
 * @throws whatever the command throws
 */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  // As with git: `socketlab help run`.
  await parse(args[0] === 'help' ? [...args.slice(1), '--help'] : args);
}

/** What is said of an error on stderr, and the exit status. */
export function failureOf(error: unknown): { line: string; status: 1 | 2 } {
  const misuse = error instanceof MisuseError;
  const advice = misuse ? ' (try --help)' : '';
  return { line: `${explain(error)}${advice}`, status: misuse ? 2 : 1 };
}

async function parse(args: readonly string[]): Promise<void> {
  const names = COMMANDS.map(nameOf);
  const cli = yargs()
    .scriptName('socketlab')
    .usage('$0 [command]\n\nThe socket lectures, runnable.');
  let named: AnyCommand | undefined;
  for (const entry of COMMANDS) {
    const { command, describe, load } = entry;
    const name = nameOf(entry);
    // The tour is what is done without a command, and its --help that of them all.
    const wanted = name === 'tour' || args.includes(name);
    const loaded = wanted ? await load() : undefined;
    if (args[0] === name) named = loaded;
    cli.command({ command, describe, ...(loaded ?? NOT_WANTED) } as CommandModule);
  }
  unknownCommand(args, names, named?.nested && Object.keys(named.nested));
  const within = named?.nested?.[args[1] ?? ''];
  const asked = {
    args,
    name: args.slice(0, within ? 2 : 1).join(' '),
    needs: (within ?? named)?.needs,
    env: process.env,
  };
  await cli
    .strict()
    .locale('en')
    .updateStrings({ string: 'value', array: 'several', boolean: 'flag' })
    .alias('help', 'h')
    .describe('help', 'show this help')
    .describe('version', 'show the version of socketlab')
    .exitProcess(false)
    // Before yargs looks at the words: what npm kept would be missed, or not be understood.
    .middleware(() => forgottenDashes(args, optionsOf(cli), process.env), true)
    .fail((message, error) => {
      // yargs passes on what a command threw; its own errors are about the command line.
      if (error && error.name !== 'YError') throw error;
      const why = inOurWords(message, { ...asked, options: optionsOf(cli) });
      throw new MisuseError('ERR_BAD_ARGUMENT', why);
    })
    .epilogue('socketlab <command> --help tells more, with an example.')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .parseAsync([...args], {}, (_error, _argv, output) => {
      if (output !== '') console.log(tidied(output));
    });
}

const NOT_WANTED = { handler: (): void => {} };

/** The names of all options of the command that yargs is at. Its types do not know of it. */
function optionsOf(cli: Argv): string[] {
  const all = cli as unknown as { getOptions: () => { key: Record<string, unknown> } };
  return Object.keys(all.getOptions().key);
}
