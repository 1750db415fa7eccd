/** `socketlab auction new-bot FILE`: writes a first bot for you to change. */
import { extname } from 'node:path';
import { misuse } from '../../common/index.ts';
import { writeFirst } from '../line/files.ts';
import { command, flag } from '../line/options.ts';
import { commandLine, typedFile } from '../line/program-name.ts';

const LANGUAGES: Readonly<Record<string, 'ts' | 'js'>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.js': 'js',
  '.mjs': 'js',
};

export const newBotCommand = command({
  needs: {
    what: 'a name for the file that it writes',
    example: 'auction new-bot my-bot.ts',
  },
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        describe:
          'the file to write; its extension decides the language: .ts, .mts, .js or .mjs',
      })
      .options({ force: flag('overwrite the file if it exists') })
      .example('$0 auction new-bot ann.ts', 'in TypeScript')
      .example('$0 auction new-bot ann.mjs', 'in JavaScript'),
  handler: async ({ file, force }) => {
    const language = LANGUAGES[extname(file!).toLowerCase()];
    if (language === undefined) {
      throw misuse(`${file} should end in .ts, .js or .mjs, to show its language`);
    }
    const { newBotSource } = await import('../../auction/index.ts');
    writeFirst(file!, newBotSource(language), force);
    const path = typedFile(file!);
    console.log(`Wrote ${file}. Read it, change it, and try it:

  ${commandLine(`auction tournament ${path} random patient`)}
  ${commandLine(`auction bid NAME --bot ${path}`)}

The first plays a thousand games; the second joins a game of auction serve.`);
  },
});
