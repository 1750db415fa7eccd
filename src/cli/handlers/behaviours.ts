/** What `socketlab behaviours` does: lists, runs or asks, and prints. */
import { createInterface } from 'node:readline';
import wrapAnsi from 'wrap-ansi';
import { MisuseError } from '../../common/index.ts';
import {
  ownTerminal,
  type Terminal,
  WIDTH,
  withProgress,
} from '../../common/terminal/index.ts';
import {
  byChapter,
  chooseExperiments,
  type Experiment,
  markdownLines,
  type Outcome,
  outcomeLines,
  outcomesJson,
  placeOf,
  predict,
  questionLines,
  questionsJson,
  runExperiment,
  shownAnswer,
  tableLines,
} from '../../network/behaviours/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { commandLine } from '../line/program-name.ts';

export interface BehavioursArguments {
  names: string[] | undefined;
  predict: boolean;
  list: boolean;
  json: boolean;
  markdown: boolean;
}

const MACHINE = { platform: process.platform, node: process.version };

export async function run(given: BehavioursArguments): Promise<void> {
  const { names = [], predict: guess, list, json, markdown } = given;
  checkChoice(given);
  const experiments = chooseExperiments(names);
  const terminal = ownTerminal();
  const print = (lines: readonly string[]): void => {
    for (const line of lines) terminal.write(`${line}\n`);
  };
  if (list) {
    print(
      json
        ? asJson(questionsJson(experiments, MACHINE))
        : listLines(experiments, terminal),
    );
    return;
  }
  const signal = onInterrupt();
  try {
    if (guess) {
      await playPrediction(experiments, terminal, signal);
      return;
    }
    const outcomes = await runAll(experiments, signal);
    if (outcomes.some(({ state }) => state === 'failed')) process.exitCode = 1;
    if (json) print(asJson(outcomesJson(outcomes, placeOf, MACHINE)));
    else if (markdown) print(markdownLines(outcomes));
    else if (names.length > 0) print(pages(outcomes, terminal));
    else {
      print(tableLines(outcomes, terminal.width ?? WIDTH.page, terminal.colours));
      print(['', `One in full:       ${commandLine('behaviours coalescing')}`]);
      print([`Predict it first:  ${commandLine('behaviours --predict')}`]);
    }
  } catch (error) {
    if (!signal.aborted) throw error; // who pressed Ctrl-C knows why
  }
}

/** Asked for once more in another form: which one is meant? */
function checkChoice({
  predict: guess,
  list,
  json,
  markdown,
}: BehavioursArguments): void {
  const clash =
    (guess && (json || list || markdown) && '--predict asks you, and runs them') ||
    (markdown && (json || list) && '--markdown prints tables');
  if (!clash) return;
  const others = `${clash}: leave out ${guess ? '--json, --list and --markdown' : '--json and --list'}`;
  throw new MisuseError('ERR_BAD_ARGUMENT', others);
}

/** One after the other, with a bar where there are several. */
async function runAll(
  experiments: readonly Experiment[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  return withProgress('{bar} {value} of {total} {name}', async (show) => {
    const { length } = experiments;
    const outcomes: Outcome[] = [];
    for (const experiment of experiments) {
      if (length > 1) show(outcomes.length, length, { name: experiment.name });
      outcomes.push(await runExperiment(experiment, { signal }));
    }
    return outcomes;
  });
}

async function playPrediction(
  experiments: readonly Experiment[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  // Not `terminal`: the terminal edits the line, and Ctrl-C stays a signal.
  const reader = createInterface({ input: process.stdin, terminal: false });
  signal.addEventListener('abort', () => reader.close(), { once: true });
  const typed = reader[Symbol.asyncIterator]();
  try {
    const { outcomes } = await predict(experiments, {
      ...pageOptions(terminal),
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
    if (outcomes.some(({ state }) => state === 'failed')) process.exitCode = 1;
  } finally {
    reader.close();
  }
}

function pages(outcomes: readonly Outcome[], terminal: Terminal): string[] {
  const options = pageOptions(terminal);
  return outcomes.flatMap((outcome, index) => [
    ...(index > 0 ? ['', ''] : []),
    ...questionLines(outcome.experiment, options, shownAnswer(outcome)),
    '',
    ...outcomeLines(outcome, options),
  ]);
}

function pageOptions({ colours, width }: Terminal) {
  return { paint: colours, placeOf, width: width ?? WIDTH.page };
}

function listLines(experiments: readonly Experiment[], terminal: Terminal): string[] {
  const { colours, width = WIDTH.page } = terminal;
  const names = Math.max(...experiments.map(({ name }) => name.length));
  const indent = ' '.repeat(names + 4);
  const lines: string[] = [];
  for (const { title, things } of byChapter(experiments, (one) => one)) {
    lines.push(...(lines.length > 0 ? [''] : []), colours.cyan(title));
    for (const { name, question } of things) {
      const [first, ...rest] = wrapAnsi(question, width - indent.length).split('\n');
      lines.push(`  ${colours.bold(name.padEnd(names))}  ${first}`);
      for (const line of rest) lines.push(indent + line);
    }
  }
  return lines;
}

function asJson(value: unknown): string[] {
  return [JSON.stringify(value, null, 2)];
}
