/** `socketlab`: the tour, for first-time visitors. */
import { join } from 'node:path';
import { fromHere } from '../common/index.ts';
import { onInterrupt } from './line/interrupt.ts';
import type { Command } from './line/options.ts';
import { commandLine } from './line/program-name.ts';

const STOPS = ['01-udp-uppercase', '02-tcp-uppercase'];

const WELCOME =
  'Two programs of the socket lecture, run as real processes on this machine: first over ' +
  'UDP, then over TCP. Read downwards: the lines are in the order in which they were printed.';

const STEPS: readonly (readonly [type: string, about: string])[] = [
  [commandLine('list'), 'all lessons'],
  [commandLine('run 01 --say "hi there"'), 'the same with your sentence'],
  [commandLine('run 02 --only server'), 'in one terminal, and'],
  [commandLine('run 02 --only client'), 'in another'],
];

export const tourCommand: Command<object> = {
  builder: (yargs) => yargs.example('$0', 'the tour'),
  handler: async () => {
    const { chooseLesson, findLessons, prose, showLesson } =
      await import('../lessons/index.ts');
    const { freePort } = await import('../common/process/index.ts');
    const { ownTerminal } = await import('../common/terminal/index.ts');
    const signal = onInterrupt();
    const terminal = ownTerminal();
    const lessons = findLessons();
    const port = await freePort();
    terminal.write(`${prose(WELCOME, terminal)}\n`);
    for (const id of STOPS) {
      terminal.write('\n');
      const done = await showLesson(chooseLesson(lessons, id), terminal, {
        port,
        signal,
      });
      if (!done) {
        if (!signal.aborted) process.exitCode ||= 1;
        return;
      }
    }
    const source = join(chooseLesson(lessons, STOPS[0]!).folder, 'server.ts');
    const steps = [
      ...STEPS,
      [fromHere(source), 'the source, written to be read'] as const,
    ];
    const width = Math.max(...steps.map(([type]) => type.length));
    const lines = steps.map(([type, about]) => `  ${type.padEnd(width)}   ${about}\n`);
    terminal.write(`\nWhat next:\n${lines.join('')}`);
  },
};
