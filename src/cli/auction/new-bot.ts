/** `socketlab auction new-bot FILE`: a bot to begin with. */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { MisuseError, replaceFile } from '../../common/index.ts';
import { checkWritable } from '../line/files.ts';
import type { Command } from '../line/options.ts';
import { commandLine, typedFile } from '../line/program-name.ts';

interface NewBotArguments {
  file: string | undefined;
  force: boolean;
}

const LANGUAGES: Readonly<Record<string, 'ts' | 'js'>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
};

export const newBotCommand: Command<NewBotArguments> = {
  needs: {
    what: 'a name for the file that it writes',
    example: 'auction new-bot my-bot.ts',
  },
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        describe: 'its name, which says in which language: .ts, .mts, .js or .mjs',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'overwrite the file if it is there',
      })
      .example('$0 auction new-bot ann.ts', 'in TypeScript')
      .example('$0 auction new-bot ann.mjs', 'in JavaScript'),
  handler: async ({ file, force }) => {
    const language = LANGUAGES[extname(file!).toLowerCase()];
    if (language === undefined) {
      throw bad(`${file} should end in .ts, .js or .mjs: that says in which language`);
    }
    const { newBotSource } = await import('../../auction/index.ts');
    write(file!, newBotSource(language), force);
    const path = typedFile(file!);
    console.log(`${file} is there. Read it, change it, and try it:

  ${commandLine(`auction tournament ${path} random patient`)}
  ${commandLine(`auction bid NAME --bot ${path}`)}

The first plays a thousand games, the second sits down at a table of auction serve.`);
  },
};

function write(file: string, source: string, force: boolean): void {
  if (!force && existsSync(file)) {
    throw bad(`${file} is there already; --force overwrites it`);
  }
  checkWritable(file);
  replaceFile(file, source);
}

function bad(why: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why);
}
