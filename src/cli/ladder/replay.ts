/** `socketlab ladder replay`: one run of somebody's core, drawn. */
import { misuse } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, count, duration, flag, text, under } from '../line/options.ts';
import { coreOptions, FILE, subjectOf } from './core-options.ts';

export const replayCommand = command({
  needs: {
    what: 'a rung',
    example: 'ladder replay core.ts --rung go-back-n --fates data1:lost',
  },
  builder: (yargs) =>
    yargs
      .positional('file', FILE)
      .options(coreOptions)
      .options(
        under('The run:', {
          messages: count(1, 'how many messages are sent', '5'),
          window: count(1, 'packets that may be in flight', '4'),
          space: count(2, 'sequence numbers start again at 0 after this many', '2³²'),
          buffer: count(1, 'packets that the receiver has room for', '8'),
          timeout: duration('the time-out before anything is measured', '100ms'),
          delay: duration('how long a packet travels', '20ms'),
          'read-every': duration(
            'how long the application takes to read a message',
            'no time',
          ),
          'write-every': duration(
            "how long the sender's application takes to write a message",
            'no time',
          ),
          fates: text(
            'what happens to single packets, such as data1:lost,ack0.1:twice+30',
            'nothing',
          ),
          strangers: flag('put a copy with another session number before each packet'),
        }),
      )
      .example('$0 ladder replay core.ts --rung go-back-n --fates data1:lost', 'lose one')
      .epilogue(
        'data1 is the first attempt of the packet with sequence number 1, data1.2 its third, ' +
          'and ack1 the answer to data1; probe and update are named in the same way. Each can be ' +
          'lost, damaged, twice+30 (a copy comes 30 ms later) or overtaken+2 (two overtake it).',
      ),
  handler: async (given) => {
    const { core, file, role, rung } = given;
    const subject = subjectOf('replay', file, core);
    if (!role) throw misuse('ladder replay needs --role sender or --role receiver');
    const { PLAIN, readMishaps, replayLines, runCheck } =
      await import('../../network/reliable/index.ts');
    const { ownTerminal, WIDTH } = await import('../../common/terminal/index.ts');
    const mishaps = readMishaps(given.fates ?? '');
    const { buffer, delay, messages, space, strangers, timeout, window } = given;
    const chosen = { buffer, delay, messages, space, timeout, window };
    const named = Object.entries({
      ...chosen,
      readEvery: given['read-every'],
      writeEvery: given['write-every'],
    });
    const run = {
      ...PLAIN,
      ...Object.fromEntries(named.filter(([, value]) => value !== undefined)),
      role,
      strangers,
    };
    const signal = onInterrupt();
    const order = { rung, roles: [role], seeds: 0, only: { run, mishaps } };
    const heard = await runCheck(subject, order, {
      signal,
      onPrint: (text) => void process.stderr.write(text),
    }).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!heard) return;
    const { replayed } = heard;
    const terminal = ownTerminal();
    const width = terminal.width ?? WIDTH.screen;
    if (replayed!.foul !== null) process.exitCode = 1;
    for (const line of replayLines(replayed!, rung, terminal.colours, width))
      terminal.write(`${line}\n`);
  },
});
