/** `socketlab ladder [RUNG…]`: the rungs side by side, under the same bad luck. */
import { misuse, replaceFile } from '../../common/index.ts';
import type { RungResult } from '../../network/reliable/index.ts';
import { checkWritable } from '../line/files.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { chosenLink, linkFlags, SHARED_KEYS, WAY_BACK } from '../line/link-flags.ts';
import { command, count, duration, flag, json, text, under } from '../line/options.ts';
import { typedAgain } from '../line/program-name.ts';

export const climbCommand = command({
  builder: (yargs) =>
    linkFlags(
      yargs.positional('rungs', {
        type: 'string',
        array: true,
        describe: 'stop-and-wait, go-back-n, …; with none, all of them',
      }),
      SHARED_KEYS,
      'The bad luck:',
    )
      .options(
        under('Single packets:', {
          lose: text('lose these, such as data1,ack0.1', 'none'),
          save: text('deliver these, whatever the bad luck', 'none'),
        }),
      )
      .options(
        under('What is sent:', {
          messages: count(1, 'how many messages each rung sends', '500; with --real 100'),
          size: count(1, 'size of a message, in bytes', '1000'),
          senders: count(
            1,
            'how many senders share the link, each with its own messages',
            '1',
          ),
          'read-every': duration(
            'how long the application takes to read a message, such as 5ms',
            'no time',
          ),
        }),
      )
      .options(
        under('The rungs:', {
          window: count(
            1,
            'packets in flight at a time; congestion-control finds its own',
            '32',
          ),
          timeout: duration(
            'the time-out before anything is measured, such as 1s',
            '200ms',
          ),
          buffer: count(1, 'packets that the receiver has room for', '1024'),
          space: count(2, 'sequence numbers start again at 0 after this many', '2³²'),
        }),
      )
      .options(
        under('The result:', {
          real: flag('send real datagrams, through a relay on this machine'),
          json: json(),
          strip: flag('show how the window slides over the messages'),
          report: text('write a page with pictures to this file', 'none'),
        }),
      )
      .example('$0 ladder', 'all rungs, on a link that shows their flaws')
      .example('$0 ladder stop-and-wait --real', 'on real datagrams')
      .example('$0 ladder go-back-n --delay 20ms --lose data1', 'what one loss costs')
      .example('$0 ladder --loss 0% --delay 20ms', 'what a window is worth')
      .example(
        '$0 ladder go-back-n selective-repeat --loss 5% --delay 20ms',
        'two of them',
      )
      .example('$0 ladder --report ladder.html', 'with pictures of every rung')
      .epilogue(
        'Without --real everything is computed in virtual time, and is the same in every run. ' +
          'With it, packets have the same fates, but times differ. If you give no option for ' +
          'bad luck, the link has --delay 20ms --loss 5% --rate 10mbit --seed 7. ' +
          `If you give any, only those apply. ${WAY_BACK} ` +
          'data1 is the first attempt of the packet with sequence number 1, data1.2 its third, ' +
          'ack1 the answer to data1; probe and update are named in the same way.',
      ),
  handler: async (given) => {
    const link = chosenLink(given, SHARED_KEYS);
    const { climb, climbReal, ladderPlan, readEdits, Recorder, ...told } =
      await import('../../network/reliable/index.ts');
    const { ownTerminal, withProgress, WIDTH } =
      await import('../../common/terminal/index.ts');
    const {
      buffer,
      messages,
      real,
      report,
      rungs,
      senders,
      size,
      space,
      timeout,
      window,
    } = given;
    const file = rungs?.find((name) => /\.\w+$/.test(name));
    if (file !== undefined) {
      throw misuse(
        `${file} is not a rung. To test a core: ladder check ${file} --rung …`,
      );
    }
    const named = { rungs, link, messages, size, window, timeout, buffer, space, real };
    const edits = readEdits(given.lose, given.save);
    const plan = ladderPlan({ ...named, edits, senders, readEvery: given['read-every'] });
    if (report !== undefined) checkWritable(report, 'report');
    const isWatched = report !== undefined || given.strip;
    const recorder = isWatched ? new Recorder(plan.options) : undefined;
    const terminal = ownTerminal();
    const width = terminal.width ?? WIDTH.screen;
    const print = (lines: readonly string[]): void => {
      for (const line of lines) terminal.write(`${line}\n`);
    };
    const signal = onInterrupt();
    if (!given.json) print([...told.ladderHeading(plan, width), '']);
    const results = await withProgress(
      '{rung} {bar} {value} of {total}',
      async (show) => {
        const all: RungResult[] = [];
        const tell = (): void => {
          const rung = plan.rungs[all.length]?.name ?? '';
          show(all.length, plan.rungs.length, { rung: rung.padEnd(18) });
        };
        if (real) tell();
        const climbing = real
          ? climbReal(plan, { recorder, signal })
          : climb(plan, recorder);
        for await (const result of climbing) {
          all.push(result);
          if (real) tell();
        }
        return all;
      },
    ).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!results) return;
    if (given.json) print([JSON.stringify(told.ladderJson(plan, results), null, 2)]);
    else print(told.ladderLines(plan, results, terminal.colours, width));
    if (!recorder) return;
    if (given.strip && !given.json)
      print(['', ...told.stripLines(recorder.records, width)]);
    if (report === undefined) return;
    replaceFile(report, told.ladderPage(plan, results, recorder.records, typedAgain()));
    if (!given.json) print(['', `The page with pictures: ${report}`]);
  },
});
