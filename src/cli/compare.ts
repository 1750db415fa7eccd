/** `socketlab compare`: the same messages over UDP and TCP, under the same bad luck. */
import { misuse, replaceFile } from '../common/index.ts';
import type { CompareOptions, LaneName } from '../network/compare/index.ts';
import {
  checkKernelLink,
  isInNamespace,
  type LinkOptions,
  runInNamespace,
  spoilLoopback,
} from '../network/link/index.ts';
import { checkWritable } from './line/files.ts';
import { onInterrupt } from './line/interrupt.ts';
import { chosenLink, linkFlags, SHARED_KEYS, WAY_BACK } from './line/link-flags.ts';
import { command, duration, json, number, several, text, under } from './line/options.ts';
import { commandLine } from './line/program-name.ts';

const LUCK = 'The bad luck:';

export const compareCommand = command({
  builder: (yargs) =>
    linkFlags(yargs, SHARED_KEYS, LUCK)
      .options(
        under('What is sent:', {
          messages: number('how many messages each lane sends', '100'),
          every: duration(
            'time from one message to the next, such as 10ms; 0 for no pause',
            '10ms',
          ),
          size: number('bytes of a message', '100'),
          lanes: text('which lanes: any of udp,tcp,framed', 'udp,tcp,framed'),
        }),
      )
      .options(
        under(LUCK, {
          link: {
            choices: ['relay', 'kernel'],
            default: 'relay',
            describe: 'what causes it: a relay, or on Linux the kernel, without a seed',
          },
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
      .example("$0 compare --assert 'udp.lost==10' --json", 'for graders')
      .epilogue(
        'Without any of these options, the link has --delay 50ms --jitter 5ms --loss 10% ' +
          '--dup 3% --reorder 5% --seed 7. With any of them, it has only what you give. ' +
          WAY_BACK,
      ),
  handler: async (given) => {
    const { json: asJson, report } = given;
    const {
      checkClaims,
      compare,
      comparisonJson,
      comparisonLines,
      comparisonPage,
      headingLines,
      judge,
      parseClaim,
      planOf,
    } = await import('../network/compare/index.ts');
    const { ownTerminal, withProgress } = await import('../common/terminal/index.ts');
    const claims = (given.assert ?? []).map(parseClaim);
    const options: CompareOptions = {
      messages: given.messages,
      every: given.every,
      size: given.size,
      lanes: given.lanes?.split(',') as LaneName[] | undefined,
      link: chosenLink(given, SHARED_KEYS),
    };
    if (given.link === 'kernel') options.link = kernelLink(given, options.link);
    // What can be complained of is, before anything is started.
    const plan = planOf(options);
    checkClaims(claims, plan.lanes);
    if (report !== undefined) checkWritable(report, 'report');
    const signal = onInterrupt();
    if (given.link === 'kernel') {
      if (!isInNamespace()) {
        process.exitCode = await runInNamespace(signal);
        return;
      }
      options.kernel = spoilLoopback(plan.link);
    }
    const terminal = ownTerminal();
    const print = (...lines: string[]): void => {
      for (const line of lines) terminal.write(`${line}\n`);
    };
    if (!asJson) print(...headingLines(planOf(options)), '');
    const comparison = await withProgress('{lane} {bar} {value} of {total}', (show) => {
      const onProgress = (done: number, total: number, lane: string): void =>
        show(done, total, { lane: lane.padEnd(6) });
      return compare(options, { signal, onProgress });
    }).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!comparison) return;
    if (asJson) print(JSON.stringify(comparisonJson(comparison), null, 2));
    else print(...comparisonLines(comparison, terminal.colours));
    if (report !== undefined) {
      replaceFile(report, comparisonPage(comparison, typed(process.argv.slice(2))));
      if (!asJson) print('', `The page with pictures: ${report}`);
    }
    for (const claim of claims) {
      const { holds, verdict } = judge(claim, comparison.results);
      if (!holds) process.exitCode = 1;
      console.error(verdict);
    }
  },
});

/** What is asked of the kernel: a loss of a tenth, if nothing. */
function kernelLink(
  given: Readonly<Record<string, unknown>>,
  link: LinkOptions = { loss: 0.1 },
): LinkOptions {
  const known = ['replay', 'seed', 'drop', 'drop-back'].find((key) => given[key]);
  if (known !== undefined) {
    const why = `--link kernel: the kernel decides which packets it loses, so --${known} is not available`;
    throw misuse(why);
  }
  checkKernelLink(link);
  return link;
}

/** The command as it is typed again. */
function typed(args: readonly string[]): string {
  const words = args.map((arg) => (/^[\w.,:=%+/-]+$/.test(arg) ? arg : `'${arg}'`));
  return commandLine(words.join(' '));
}
