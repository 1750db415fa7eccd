/** `socketlab behaviours`: predict, run, explain how UDP and TCP differ. */
import { createInterface } from 'node:readline';
import { misuse } from '../common/index.ts';
import type { Terminal } from '../common/terminal/index.ts';
import type { Experiment, Outcome, PageOptions } from '../network/behaviours/index.ts';
import { onInterrupt } from './line/interrupt.ts';
import { command, flag, json } from './line/options.ts';
import { commandLine } from './line/program-name.ts';

const MACHINE = { platform: process.platform, node: process.version };

export const behavioursCommand = command({
  builder: (yargs) =>
    yargs
      .positional('names', {
        type: 'string',
        array: true,
        describe: 'one or more, each shown in full; with none, all of them in one table',
      })
      .options({
        predict: flag('ask for your prediction before each one runs'),
        list: flag('show names and questions; run nothing'),
        json: json(),
        markdown: flag('print Markdown tables'),
      })
      .example('$0 behaviours', 'all of them, in a few seconds')
      .example('$0 behaviours coalescing', 'one in full')
      .example('$0 behaviours --predict', 'your predictions first'),
  handler: async (given) => {
    checkChoice(given);
    const room = await import('../network/behaviours/index.ts');
    const { ownTerminal, WIDTH } = await import('../common/terminal/index.ts');
    const { names = [], predict, list, json: asJson, markdown } = given;
    const experiments = room.chooseExperiments(names);
    const terminal = ownTerminal();
    const print = (lines: readonly string[]): void => {
      for (const line of lines) terminal.write(`${line}\n`);
    };
    const printJson = (value: object): void => print([JSON.stringify(value, null, 2)]);
    const page = {
      paint: terminal.colours,
      placeOf: room.placeOf,
      width: terminal.width ?? WIDTH.page,
    };
    if (list && asJson) printJson(room.questionsJson(experiments, MACHINE));
    else if (list) print(room.listLines(experiments, page));
    if (list) return;
    const signal = onInterrupt();
    try {
      const outcomes = predict
        ? await playPrediction(experiments, page, terminal, signal)
        : await runAll(experiments, signal);
      if (outcomes.some(({ state }) => state === 'failed')) process.exitCode = 1;
      if (predict) return;
      if (asJson) printJson(room.outcomesJson(outcomes, room.placeOf, MACHINE));
      else if (markdown) print(room.markdownLines(outcomes));
      else if (names.length > 0) print(room.pageLines(outcomes, page));
      else {
        print(room.tableLines(outcomes, page.width, page.paint));
        print(['', `One in full:       ${commandLine('behaviours coalescing')}`]);
        print([`Predict it first:  ${commandLine('behaviours --predict')}`]);
      }
    } catch (error) {
      if (!signal.aborted) throw error; // who pressed Ctrl-C knows why
    }
  },
});

/** Asked for once more in another form: which one is meant? */
function checkChoice(
  given: Readonly<Record<'predict' | 'list' | 'json' | 'markdown', boolean>>,
): void {
  const { predict, list, json: asJson, markdown } = given;
  if (predict && (asJson || list || markdown)) {
    throw misuse(
      '--predict asks you and then runs the experiments: leave out --json, --list and --markdown',
    );
  }
  if (markdown && (asJson || list)) {
    throw misuse('--markdown prints tables: leave out --json and --list');
  }
}

/** With a progress bar if there are several. */
async function runAll(
  experiments: readonly Experiment[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const { runExperiments } = await import('../network/behaviours/index.ts');
  const { withProgress } = await import('../common/terminal/index.ts');
  return withProgress('{bar} {value} of {total}', async (show) => {
    const { length } = experiments;
    const tell = (ended: number): void => {
      if (length > 1) show(ended, length);
    };
    tell(0);
    return await runExperiments(experiments, signal, tell);
  });
}

async function playPrediction(
  experiments: readonly Experiment[],
  page: PageOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const { predict, runExperiment } = await import('../network/behaviours/index.ts');
  // Not `terminal`: the terminal edits the line, and Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, terminal: false });
  signal.addEventListener('abort', () => reader.close(), { once: true });
  const typed = reader[Symbol.asyncIterator]();
  try {
    const { outcomes } = await predict(experiments, {
      ...page,
      show: (lines) => terminal.write(`${lines.join('\n')}\n`),
      run: (experiment) => runExperiment(experiment, { signal }),
      ask: async (prompt) => {
        terminal.write(prompt);
        const { done, value } = await typed.next();
        signal.throwIfAborted();
        // What is typed at a keyboard ends its line by itself.
        if (done === true || !process.stdin.isTTY) terminal.write('\n');
        return done === true ? undefined : value;
      },
    });
    return outcomes;
  } finally {
    reader.close();
  }
}
