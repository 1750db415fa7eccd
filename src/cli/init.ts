/** `socketlab init FOLDER`: the lessons in a folder of your own. */
import type { Command } from './line/options.ts';
import { FROM_SOURCE, typedFile } from './line/program-name.ts';

interface InitArguments {
  folder: string;
}

export const initCommand: Command<InitArguments> = {
  needs: {
    what: 'a name for the new folder',
    example: 'init my-lab',
  },
  builder: (yargs) =>
    yargs
      .positional('folder', {
        type: 'string',
        demandOption: true,
        describe: 'a new folder, or an empty one',
      })
      .example('$0 init my-lab', 'then: cd my-lab, npm install, npm start'),
  handler: async ({ folder }) => {
    const { compileClone, createWorkspace } = await import('../lessons/index.ts');
    const lessons = createWorkspace(folder, () => {
      if (!FROM_SOURCE) return;
      console.log("Compiling this clone's socketlab for the folder (up to a minute) …");
      compileClone();
    });
    console.log(`Made ${folder}, with ${lessons.length} lessons. Next:

  cd ${typedFile(folder)}
  npm install
  npm start                                     the tour
  npx tsx examples/${lessons[0]}/server.ts   a program by itself`);
  },
};
