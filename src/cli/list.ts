/** `socketlab list`: the lessons and their roles. */
import { command, json } from './line/options.ts';
import { commandLine } from './line/program-name.ts';

export const listCommand = command({
  builder: (yargs) =>
    yargs.options({ json: json() }).example('$0 list', 'all lessons, in order'),
  handler: async ({ json: asJson }) => {
    const { findLessons } = await import('../lessons/index.ts');
    const { ownTerminal, WIDTH } = await import('../common/terminal/index.ts');
    const lessons = findLessons().map(({ id, title, scenes }) => ({
      id,
      title,
      roles: [...new Set(scenes.flatMap(({ roles }) => roles.map(({ name }) => name)))],
    }));
    if (asJson) {
      console.log(JSON.stringify({ version: 1, lessons }, null, 2));
      return;
    }
    const { default: wrapAnsi } = await import('wrap-ansi');
    const terminal = ownTerminal();
    const { colours } = terminal;
    const width = Math.max(...lessons.map(({ id }) => id.length));
    const room = Math.max(20, (terminal.width ?? WIDTH.page) - width - 2);
    const folded = (text: string) => wrapAnsi(text, room).split('\n');
    for (const { id, title, roles } of lessons) {
      const rows = [...folded(title), ...folded(roles.join(', ')).map(colours.dim)];
      for (const [index, row] of rows.entries()) {
        console.log(`${colours.bold((index === 0 ? id : '').padEnd(width))}  ${row}`);
      }
    }
    console.log(`\nRun one with: ${commandLine('run 01')}`);
  },
});
