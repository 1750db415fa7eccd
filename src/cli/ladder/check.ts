/** `socketlab ladder check`: somebody's core, under thousands of seeds. */
import { misuse } from '../../common/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, count, json, text, under } from '../line/options.ts';
import { commandLine } from '../line/program-name.ts';
import { coreOptions, FILE, subjectOf } from './core-options.ts';

const SEEDS = 2000;
/** Each event travels to a program and back. */
const SEEDS_OF_PROGRAMS = 500;
/** Each waits for real time-outs. */
const SEEDS_IN_REAL_TIME = 3;

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
            '2000; with --core 500, with --program 3',
          ),
          program: text(
            'a program that sends real datagrams, such as "python3 send.py"',
            'a file',
          ),
        }),
      )
      .option('json', json())
      .example('$0 ladder check core.ts --rung go-back-n', 'a core in a file')
      .example(
        '$0 ladder check --core "python3 core.py" --rung stop-and-wait',
        'a core in a program',
      )
      .example(
        '$0 ladder check --program "python3 send.py" --rung stop-and-wait',
        'a program with a socket of its own',
      )
      .epilogue(
        'The other end is our own rung. Everything is computed in virtual time: the same ' +
          'core shows the same fault, under the same seed, in every run. If something is wrong, ' +
          'one sentence says what, with the shortest run that shows it, and the exit status is 1.',
      ),
  handler: async ({ core, file, json, program, role, rung, seeds }) => {
    if (program !== undefined && (file !== undefined || core !== undefined)) {
      throw misuse('ladder check: --program, and neither a file nor --core');
    }
    const isReal = program !== undefined;
    const subject = isReal ? { command: program } : subjectOf('check', file, core);
    const { checkJson, checkProgram, runCheck, verdictLines } =
      await import('../../network/reliable/index.ts');
    const { ownTerminal, withProgress, WIDTH } =
      await import('../../common/terminal/index.ts');
    const virtual = core === undefined ? SEEDS : SEEDS_OF_PROGRAMS;
    const runs = seeds ?? (isReal ? SEEDS_IN_REAL_TIME : virtual);
    const order = { rung, roles: role ? [role] : [], seeds: runs };
    const signal = onInterrupt();
    const verdicts = await withProgress(
      '{role} {bar} {value} of {total}',
      async (show) => {
        const options: Parameters<typeof runCheck>[2] = {
          signal,
          onPrint: (words) => void process.stderr.write(words),
          onStage: (stage) => show(stage.seed, runs, { role: stage.role.padEnd(8) }),
        };
        if (!isReal) return (await runCheck(subject, order, options)).verdicts;
        const roles = role ? [role] : (['sender', 'receiver'] as const);
        return await checkProgram({ ...order, program, roles }, options);
      },
    ).catch((error: unknown) => {
      if (signal.aborted) return undefined; // who pressed Ctrl-C knows why
      throw error;
    });
    if (!verdicts) return;
    const terminal = ownTerminal();
    const asked = { subject, rung, typed: commandLine };
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
