/** `socketlab trace -- command …`: watch what the sockets of any Node program do. */
import { misuse } from '../common/index.ts';
import type { Command } from './line/options.ts';
import { commandLine, drawIt } from './line/program-name.ts';

interface TraceArguments {
  out: string;
  payload: 'none' | 'text' | 'hex';
  lines: boolean;
  quiet: boolean;
  command: string[] | undefined;
  '--'?: string[];
}

export const traceCommand: Command<TraceArguments> = {
  builder: (yargs) =>
    yargs
      .usage("$0 trace [options] -- command …\n\nwatch any Node program's sockets")
      .parserConfiguration({ 'populate--': true, 'parse-positional-numbers': false })
      .positional('command', {
        type: 'string',
        array: true,
        describe: 'the program to run, with its arguments, after --',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: 'trace.jsonl',
        describe: 'the file to write the trace to',
      })
      .option('payload', {
        choices: ['none', 'text', 'hex'] as const,
        default: 'text' as const,
        describe: 'how to record the first bytes of what is sent',
      })
      .option('lines', {
        type: 'boolean',
        default: true,
        describe: 'record the line of each call; --no-lines is faster',
      })
      .option('quiet', {
        type: 'boolean',
        default: false,
        describe: 'do not say where the trace was written and what to do next',
      })
      .example('$0 trace -- node server.js', 'trace a server until Ctrl-C')
      .example(
        '$0 trace --out my.jsonl -- npx tsx client.ts',
        'a TypeScript program, to another file',
      ),
  handler: async ({ command = [], '--': rest = [], out, payload, lines, quiet }) => {
    const [program, ...args] = [...command, ...rest];
    if (program === undefined) {
      const example = commandLine('trace -- node my-program.js');
      const why = `trace what? Put the program after --: ${example}`;
      throw misuse(why);
    }
    const { beginRecording } = await import('../trace/index.ts');
    const { tellUser } = await import('../common/terminal/index.ts');
    const { runProgram } = await import('../common/process/index.ts');
    const recording = beginRecording(out, { payload, lines });
    try {
      process.exitCode = await runProgram([program, ...args], recording.env());
    } catch (error) {
      recording.discard();
      throw error;
    }
    const { events, told } = recording.save([program, ...args]);
    if (quiet) return;
    tellUser(told);
    if (events > 0) tellUser(drawIt(out));
  },
};
