#!/usr/bin/env node
/**
 * The command line: `socketlab <command>`. It reads options and calls the rooms below, which do the
 * work.
 *
 * Exit status: 0 when the job was done, 1 when it failed, 2 for misuse, 130 after Ctrl-C.
 */
import { hideBin } from 'yargs/helpers';
import { setImmediate } from 'node:timers/promises';
import { failureOf, runCommandLine } from './command-line.ts';
import { outputFailed, watchOutput } from './line/own-output.ts';

watchOutput();

try {
  await runCommandLine(hideBin(process.argv));
} catch (error) {
  const { line, status } = failureOf(error);
  const { tellUser } = await import('../common/terminal/index.ts');
  tellUser(line);
  process.exitCode = status;
}
// An error in printing the last line is reported in the next turn.
await setImmediate();
// What a socket still has to send, say, would be answered to nobody.
if (outputFailed.aborted) process.exit();
