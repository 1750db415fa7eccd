/** `socketlab ladder check`: somebody's core, under thousands of seeds. */
import { onInterrupt } from '../line/interrupt.ts';
import { command, count, json, under } from '../line/options.ts';
import { commandLine } from '../line/program-name.ts';
import { coreOptions, FILE, subjectOf } from './core-options.ts';

const SEEDS = 2000;
/** Each event travels to a program and back. */
const SEEDS_OF_PROGRAMS = 500;

export const checkCommand = command({
  needs: { what: 'a rung', example: 'ladder check core.ts --rung go-back-n' },
  builder: (yargs) =>
    yargs
      .positional('file', FILE)
      .options(coreOptions)
      .options(
        under('What to test:', {
          seeds: count(
            1,
            'how many runs each end is put through',
            '2000; with --core 500',
          ),
        }),
      )
      .option('json', json())
      .example('$0 ladder check core.ts --rung go-back-n', 'a file of yours')
      .example(
        '$0 ladder check --core "python3 core.py" --rung stop-and-wait',
        'a program',
      )
      .epilogue(
        'The other end is our own rung. Everything is computed in virtual time: the same ' +
          'core shows the same fault, under the same seed, in every run. If something is wrong, ' +
          'one sentence says what, with the shortest run that shows it, and the status is 1.',
      ),
  handler: async ({ core, file, json, role, rung, seeds }) => {
    const subject = subjectOf('check', file, core);
    const { checkJson, runCheck, verdictLines } =
      await import('../../network/reliable/index.ts');
    const { ownTerminal, withProgress, WIDTH } =
      await import('../../common/terminal/index.ts');
    const runs = seeds ?? (core === undefined ? SEEDS : SEEDS_OF_PROGRAMS);
    const order = { rung, roles: role ? [role] : [], seeds: runs };
    const signal = onInterrupt();
    const heard = await withProgress('{role} {bar} {value} of {total}', async (show) =>
      runCheck(subject, order, {
        signal,
        onPrint: (text) => void process.stderr.write(text),
        onStage: (stage) => show(stage.seed, runs, { role: stage.role.padEnd(8) }),
      }),
    ).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!heard) return;
    const terminal = ownTerminal();
    const asked = { subject, rung, typed: commandLine };
    const { verdicts } = heard;
    if (verdicts.some(({ failure }) => failure)) process.exitCode = 1;
    if (json) {
      terminal.write(`${JSON.stringify(checkJson(verdicts, asked), null, 2)}\n`);
      return;
    }
    const width = terminal.width ?? WIDTH.screen;
    for (const [index, verdict] of verdicts.entries()) {
      const lines = verdictLines(verdict, asked, terminal.colours, width);
      for (const line of index > 0 ? ['', ...lines] : lines) terminal.write(`${line}\n`);
    }
  },
});
