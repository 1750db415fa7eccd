/** `socketlab run LESSON`: its processes side by side, or one role in the foreground. */
import { LECTURE_PORT, MisuseError } from '../common/index.ts';
import type { RunArguments } from './handlers/run.ts';
import { type Command, numberOption, portOption } from './line/options.ts';

const HOW = 'How it is run:';
const WATCHED = 'What is watched:';

export const runCommand: Command<RunArguments> = {
  builder: (yargs) =>
    yargs
      .positional('lesson', {
        type: 'string',
        describe: 'its number or name, as `socketlab list` shows it',
      })
      .option('say', {
        group: HOW,
        type: 'string',
        array: true,
        nargs: 1,
        coerce: sayOption,
        defaultDescription: "the lesson's own",
        describe: 'the sentence to type at a prompt; again for the next prompt',
      })
      .option('only', {
        group: HOW,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'all roles',
        describe: 'run this role alone, in this terminal',
      })
      .option('port', {
        group: HOW,
        type: 'string',
        coerce: portOption(1),
        defaultDescription: `${LECTURE_PORT}, or a free one`,
        describe: "the server's port, 1 to 65535",
      })
      .option('bidders', {
        group: HOW,
        type: 'string',
        coerce: numberOption,
        defaultDescription: '3',
        describe: 'how many bidders the auction of lesson 09 has, 1 to 8',
      })
      .option('through', {
        group: HOW,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'no link',
        describe: 'put a bad link before the server, such as loss=10%,delay=50ms,seed=7',
      })
      .option('engine', {
        group: HOW,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'socketlab',
        describe: 'what a lesson on ZeroMQ runs on: socketlab or native',
      })
      .option('pause', {
        group: HOW,
        type: 'boolean',
        default: false,
        describe: 'wait for Enter between the scenes, for a presenter',
      })
      .option('exercises', {
        group: HOW,
        type: 'boolean',
        default: false,
        describe: "show each program's exercise after its scene",
      })
      .option('trace', {
        group: WATCHED,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'no trace',
        describe: 'write down what all sockets do, to this file',
      })
      .option('diagram', {
        group: WATCHED,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'no picture',
        describe: 'draw what all sockets do, to this file: .html, .svg, .mmd or .txt',
      })
      .example('$0 run 01 --say "hello there"', 'UDP uppercase with your sentence')
      .example(
        '$0 run 02 --only server',
        'the server here, the client in another terminal',
      )
      .example('$0 run 02 --pause --exercises', 'scene by scene, before a class')
      .example('$0 run 10 --engine native', "ZeroMQ's own library, and the same programs")
      .example('$0 run 01 --diagram run.svg', 'with a picture of it'),
  handler: async (given) => (await import('./handlers/run.ts')).run(given),
};

function sayOption(given: string[] | undefined): string[] | undefined {
  if (given?.includes('')) {
    throw new MisuseError('ERR_BAD_ARGUMENT', '--say takes at least one character');
  }
  return given;
}
