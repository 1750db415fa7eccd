/** `socketlab compare`: the same messages over UDP and TCP, under the same bad luck. */
import { writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import type { CommandModule } from 'yargs';
import {
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
} from '../compare/index.ts';
import { ownTerminal } from '../lessons/index.ts';
import { LINK_KEYS } from '../link/index.ts';
import { checkWritable } from './files.ts';
import { onInterrupt } from './interrupt.ts';
import { chosenLink, linkFlags } from './link-flags.ts';
import { durationOption, numberOption } from './options.ts';
import { commandLine } from './program-name.ts';

interface CompareArguments {
  [link: string]: unknown;
  messages: number | undefined;
  every: number | undefined;
  size: number | undefined;
  lanes: string | undefined;
  replay: string | undefined;
  json: boolean | undefined;
  assert: string[] | undefined;
  report: string | undefined;
}

/** What a stream's bytes can suffer, and a datagram cannot, is not compared. */
const NOT_COMPARED = /^(?:segment|stall|cut|reset)/;
const SHARED_KEYS = LINK_KEYS.filter(({ key }) => !NOT_COMPARED.test(key));

export const compareCommand: CommandModule<object, CompareArguments> = {
  command: 'compare',
  describe: 'the same messages over UDP and TCP, under the same bad luck',
  builder: (yargs) =>
    linkFlags(yargs, SHARED_KEYS)
      .option('messages', {
        type: 'string',
        coerce: numberOption,
        describe: 'how many each lane sends; 100 unless given',
      })
      .option('every', {
        type: 'string',
        coerce: durationOption,
        describe: 'from one to the next, such as 10ms; 0 for all at once',
      })
      .option('size', {
        type: 'string',
        coerce: numberOption,
        describe: 'bytes of a message; 100 unless given',
      })
      .option('lanes', { type: 'string', describe: 'udp,tcp,framed or some of them' })
      .option('replay', {
        type: 'string',
        describe: 'a file of fates, written by hand or by relay --record',
      })
      .option('json', { type: 'boolean', describe: 'for programs to read' })
      .option('assert', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: "a claim such as 'udp.lost==10'; exit status 1 if it is wrong",
      })
      .option('report', { type: 'string', describe: 'write a page with pictures' })
      .example('$0 compare', 'a bad wireless network')
      .example('$0 compare --loss 0% --delay 20ms', 'a good one')
      .example("$0 compare --assert 'udp.lost==10' --json", 'for graders')
      .epilogue(
        'Without any of --loss, --delay and so on it is --delay 50ms --jitter 5ms ' +
          '--loss 10% --dup 3% --reorder 5% --seed 7; with one of them, only what is given.',
      ),
  handler: async (given) => {
    const { json, report } = given;
    const claims = (given.assert ?? []).map(parseClaim);
    if (report !== undefined) checkWritable('report', report);
    const options: CompareOptions = {
      messages: given.messages,
      every: given.every,
      size: given.size,
      lanes: given.lanes?.split(',') as LaneName[] | undefined,
      link: chosenLink(given, SHARED_KEYS),
    };
    const signal = onInterrupt();
    const terminal = ownTerminal();
    const print = (...lines: string[]): void => {
      for (const line of lines) terminal.write(`${line}\n`);
    };
    if (json !== true) print(...headingLines(planOf(options)), '');
    const comparison = await withProgress((onProgress) =>
      compare(options, { signal, onProgress }),
    ).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!comparison) return;
    if (json === true) print(JSON.stringify(comparisonJson(comparison), null, 2));
    else print(...comparisonLines(comparison, terminal.colours));
    if (report !== undefined) {
      writeFileSync(report, comparisonPage(comparison, typed(process.argv.slice(2))));
      if (json !== true) print('', `The page with pictures: ${report}`);
    }
    for (const claim of claims) {
      const { actual, holds } = judge(claim, comparison.results);
      if (!holds) process.exitCode = 1;
      const words = holds ? 'holds' : `is wrong: it is ${String(actual)}`;
      console.error(`${claim.text} ${words}`);
    }
  },
};

/** A bar on stderr, where somebody looks at it. */
async function withProgress<T>(
  work: (onProgress: (done: number, total: number, lane: string) => void) => Promise<T>,
): Promise<T> {
  if (!process.stderr.isTTY) return await work(() => {});
  const bar = new SingleBar({
    format: '{lane} {bar} {value} of {total}',
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(1, 0, { lane: '' });
  try {
    return await work((done, total, lane) => {
      bar.setTotal(total);
      bar.update(done, { lane: lane.padEnd(6) });
    });
  } finally {
    bar.stop();
  }
}

/** The command as it is typed again. */
function typed(args: readonly string[]): string {
  const words = args.map((arg) => (/^[\w.,:=%+/-]+$/.test(arg) ? arg : `'${arg}'`));
  return commandLine(words.join(' '));
}
