/** `socketlab ladder new FILE`: writes a first core for you to change. */
import { extname } from 'node:path';
import { misuse } from '../../common/index.ts';
import { writeFirst } from '../line/files.ts';
import { command, flag } from '../line/options.ts';
import { commandLine, typedFile } from '../line/program-name.ts';

export const newCommand = command({
  needs: { what: 'a name for the file that it writes', example: 'ladder new core.ts' },
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        describe:
          'the file to write; its extension decides the language: .ts, .mts or .py',
      })
      .options({ force: flag('overwrite the file if it exists') })
      .example('$0 ladder new core.ts', 'in TypeScript')
      .example('$0 ladder new core.py', 'in Python'),
  handler: async ({ file, force }) => {
    const { newCore } = await import('../../network/reliable/index.ts');
    const source = newCore(extname(file!).toLowerCase());
    if (source === undefined) {
      throw misuse(`${file} should end in .ts, .mts or .py, to show its language`);
    }
    writeFirst(file!, source, force);
    const path = typedFile(file!);
    const inQuotes = path.replaceAll('"', "'");
    const core = file!.endsWith('.py') ? `--core "python3 ${inQuotes}"` : path;
    console.log(`Wrote ${file}. It stops and waits. Check that nothing is wrong with it:

  ${commandLine(`ladder check ${core} --rung stop-and-wait`)}

Then make it the next rung, and let the check tell you what is missing:

  ${commandLine(`ladder check ${core} --rung go-back-n`)}`);
  },
});
