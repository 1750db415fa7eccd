/** What `socketlab compare` does: runs the comparison, prints it, judges claims about it. */
import { MisuseError, replaceFile } from '../../common/index.ts';
import { ownTerminal, withProgress } from '../../common/terminal/index.ts';
import {
  checkClaims,
  compare,
  type CompareOptions,
  comparisonJson,
  comparisonLines,
  comparisonPage,
  headingLines,
  judge,
  type LaneName,
  parseClaim,
  planOf,
} from '../../network/compare/index.ts';
import {
  checkKernelLink,
  isInNamespace,
  type LinkOptions,
  runInNamespace,
  spoilLoopback,
} from '../../network/link/index.ts';
import { checkWritable } from '../line/files.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { chosenLink, SHARED_KEYS } from '../line/link-flags.ts';
import { commandLine } from '../line/program-name.ts';

export interface CompareArguments {
  [link: string]: unknown;
  messages: number | undefined;
  every: number | undefined;
  size: number | undefined;
  lanes: string | undefined;
  link: string;
  replay: string | undefined;
  json: boolean;
  assert: string[] | undefined;
  report: string | undefined;
}

export async function run(given: CompareArguments): Promise<void> {
  const { json, report } = given;
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
  if (!json) print(...headingLines(planOf(options)), '');
  const comparison = await withProgress('{lane} {bar} {value} of {total}', (show) => {
    const onProgress = (done: number, total: number, lane: string): void =>
      show(done, total, { lane: lane.padEnd(6) });
    return compare(options, { signal, onProgress });
  }).catch((error: unknown) => {
    if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
    throw error;
  });
  if (!comparison) return;
  if (json) print(JSON.stringify(comparisonJson(comparison), null, 2));
  else print(...comparisonLines(comparison, terminal.colours));
  if (report !== undefined) {
    replaceFile(report, comparisonPage(comparison, typed(process.argv.slice(2))));
    if (!json) print('', `The page with pictures: ${report}`);
  }
  for (const claim of claims) {
    const { actual, holds } = judge(claim, comparison.results);
    if (!holds) process.exitCode = 1;
    const words = holds ? 'holds' : `is wrong: it is ${String(actual)}`;
    console.error(`${claim.text} ${words}`);
  }
}

/** What is asked of the kernel: a loss of a tenth, if nothing. */
function kernelLink(
  given: CompareArguments,
  link: LinkOptions = { loss: 0.1 },
): LinkOptions {
  const known = ['replay', 'seed', 'drop', 'drop-back'].find((key) => given[key]);
  if (known !== undefined) {
    const why = `--link kernel: nobody knows which packet it loses, so --${known} cannot be had`;
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  checkKernelLink(link);
  return link;
}

/** The command as it is typed again. */
function typed(args: readonly string[]): string {
  const words = args.map((arg) => (/^[\w.,:=%+/-]+$/.test(arg) ? arg : `'${arg}'`));
  return commandLine(words.join(' '));
}
