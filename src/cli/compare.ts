/** `socketlab compare`: the same messages over UDP and TCP, under the same bad luck. */
import { linkFlags, SHARED_KEYS, WAY_BACK } from './line/link-flags.ts';
import type { CompareArguments } from './handlers/compare.ts';
import { type Command, durationOption, numberOption } from './line/options.ts';

const SENT = 'What is sent:';
const LUCK = 'The bad luck:';
const RESULT = 'The result:';

export const compareCommand: Command<CompareArguments> = {
  builder: (yargs) =>
    linkFlags(yargs, SHARED_KEYS, LUCK)
      .option('messages', {
        group: SENT,
        type: 'string',
        coerce: numberOption,
        defaultDescription: '100',
        describe: 'how many messages each lane sends',
      })
      .option('every', {
        group: SENT,
        type: 'string',
        coerce: durationOption,
        defaultDescription: '10ms',
        describe: 'time from one message to the next, such as 10ms; 0 for all at once',
      })
      .option('size', {
        group: SENT,
        type: 'string',
        coerce: numberOption,
        defaultDescription: '100',
        describe: 'bytes of a message',
      })
      .option('lanes', {
        group: SENT,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'udp,tcp,framed',
        describe: 'over what: some of udp,tcp,framed',
      })
      .option('link', {
        group: LUCK,
        choices: ['relay', 'kernel'],
        default: 'relay',
        describe: 'who makes it: a relay, or on Linux the kernel, without a seed',
      })
      .option('replay', {
        group: LUCK,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'by chance',
        describe: 'a file of fates, written by hand or by relay --record',
      })
      .option('json', {
        group: RESULT,
        type: 'boolean',
        default: false,
        describe: 'print JSON, for programs to read',
      })
      .option('assert', {
        group: RESULT,
        type: 'string',
        array: true,
        nargs: 1,
        defaultDescription: 'none',
        describe: "a claim such as 'udp.lost==10'; exit status 1 if it is wrong",
      })
      .option('report', {
        group: RESULT,
        type: 'string',
        requiresArg: true,
        defaultDescription: 'none',
        describe: 'write a page with pictures to this file',
      })
      .example('$0 compare', 'a bad wireless network')
      .example('$0 compare --loss 0% --delay 20ms', 'a good one')
      .example("$0 compare --assert 'udp.lost==10' --json", 'for graders')
      .epilogue(
        'With nothing of the bad luck given it is --delay 50ms --jitter 5ms --loss 10% ' +
          '--dup 3% --reorder 5% --seed 7; with something, only that. ' +
          WAY_BACK,
      ),
  handler: async (given) => (await import('./handlers/compare.ts')).run(given),
};
