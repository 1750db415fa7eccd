/** `socketlab compare`: the same messages over UDP and TCP, under the same bad luck. */
import { misuse, replaceFile } from '../common/index.ts';
import type { Job, LaneName } from '../network/compare/index.ts';
import {
  checkKernelLink,
  isExact,
  isInNamespace,
  type KernelLink,
  type LinkOptions,
  runInNamespace,
  spoilLoopback,
} from '../network/link/index.ts';
import { checkWritable } from './line/files.ts';
import { onInterrupt } from './line/interrupt.ts';
import { chosenLink, linkFlags, SHARED_KEYS, WAY_BACK } from './line/link-flags.ts';
import {
  bytes,
  command,
  count,
  duration,
  flag,
  json,
  number,
  several,
  text,
  under,
} from './line/options.ts';
import { typedAgain } from './line/program-name.ts';

const LUCK = 'The bad luck:';

export const compareCommand = command({
  builder: (yargs) =>
    linkFlags(yargs, SHARED_KEYS, LUCK)
      .options(
        under('What is sent:', {
          bytes: bytes(
            'send this much data at once instead of messages: 1kb to 100mb in all',
            'messages',
          ),
          streams: count(1, 'how many streams carry --bytes each, over one link', '1'),
          messages: number('how many messages each lane sends', '100'),
          every: duration(
            'time from one message to the next, such as 10ms; 0 for no pause',
            '10ms, or 0 with --bytes',
          ),
          size: number('size of a message, in bytes', '100'),
          lanes: text('which lanes to run: any of udp,tcp,framed', 'udp,tcp,framed'),
        }),
      )
      .options(
        under(LUCK, {
          link: {
            choices: ['relay', 'kernel'],
            default: 'relay',
            describe:
              'what causes the bad luck: a relay or, on Linux, the kernel; with --seed or --drop ' +
              'both lose the same messages',
          },
          virtual: flag(
            'compute everything in virtual time: instantly, and the same in every run',
          ),
          replay: text(
            'a file of fates, written by hand or by relay --record',
            'by chance',
          ),
        }),
      )
      .options(
        under('The result:', {
          json: json(),
          assert: {
            ...several(
              "a claim such as 'udp.lost==10'; exit status 1 if it is wrong",
              'none',
            ),
            requiresArg: false,
          },
          report: text('write a page with pictures to this file', 'none'),
        }),
      )
      .example('$0 compare', 'a bad wireless network')
      .example('$0 compare --loss 0% --delay 20ms', 'a good one')
      .example('$0 compare --virtual', 'the same figures in every run')
      .example(
        '$0 compare --bytes 1mb --loss 2% --streams 2',
        'a megabyte over each of two streams',
      )
      .example("$0 compare --assert 'udp.lost==10' --json", 'for graders')
      .epilogue(
        'Without any of these options, the link has --delay 50ms --jitter 5ms --loss 10% ' +
          '--dup 3% --reorder 5% --seed 7. With any of them, it has only what you give. ' +
          WAY_BACK,
      ),
  handler: async (given) => {
    const { json: asJson, report } = given;
    const { bulkJob, checkClaims, judge, messagesJob, parseClaim } =
      await import('../network/compare/index.ts');
    const { ownTerminal, withProgress, WIDTH } =
      await import('../common/terminal/index.ts');
    const claims = (given.assert ?? []).map(parseClaim);
    if (given.link === 'kernel' && given['replay'] !== undefined) {
      throw misuse('--link kernel takes --seed and --drop, but not --replay');
    }
    let link = chosenLink(given, SHARED_KEYS);
    if (given.link === 'kernel') {
      if (given.virtual)
        throw misuse('--virtual computes what --link kernel tries: choose one');
      link = kernelLink(link);
    }
    const jobWith = (kernel?: KernelLink): Job => {
      const { every, messages, size, streams, virtual } = given;
      const lanes = given.lanes?.split(',');
      const common = { every, link, kernel, virtual };
      if (given.bytes === undefined) {
        if (streams !== undefined)
          throw misuse('--streams says how many streams carry --bytes: add --bytes');
        return messagesJob({ ...common, messages, size, lanes: lanes as LaneName[] });
      }
      if (messages !== undefined || size !== undefined) {
        throw misuse(
          'with --bytes there are no messages: leave out --messages and --size',
        );
      }
      return bulkJob({ ...common, bytes: given.bytes, streams, lanes });
    };
    // Whatever is wrong with the options is reported before anything is started.
    const exact = given.link === 'kernel' && isExact(link!);
    let job = jobWith(exact ? { means: 'nft', exact } : undefined);
    checkClaims(claims, job.shapes);
    if (report !== undefined) checkWritable(report, 'report');
    const signal = onInterrupt();
    if (given.link === 'kernel') {
      if (!isInNamespace()) {
        process.exitCode = await runInNamespace(signal);
        return;
      }
      job = jobWith(spoilLoopback(link!));
    }
    const terminal = ownTerminal();
    const print = (...lines: string[]): void => {
      for (const line of lines) terminal.write(`${line}\n`);
    };
    if (!asJson) print(...job.heading, '');
    const done = await withProgress('{lane} {bar} {value} of {total}', (show) => {
      const onProgress = (so: number, total: number, lane: string): void =>
        show(so, total, { lane: lane.padEnd(6) });
      return job.run({ signal, onProgress });
    }).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!done) return;
    if (asJson) print(JSON.stringify(done.json, null, 2));
    else print(...done.lines(terminal.colours, terminal.width ?? WIDTH.screen));
    if (report !== undefined) {
      replaceFile(report, done.page(typedAgain()));
      if (!asJson) print('', `The page with pictures: ${report}`);
    }
    for (const claim of claims) {
      const { holds, verdict } = judge(claim, done.results);
      if (!holds) process.exitCode = 1;
      console.error(verdict);
    }
  },
});

/** What is asked of the kernel: a loss of a tenth, unless told otherwise. */
function kernelLink(link: LinkOptions = { loss: 0.1 }): LinkOptions {
  checkKernelLink(link);
  return link;
}
