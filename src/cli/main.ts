#!/usr/bin/env node
/**
 * The command line: `socketlab <command>`. It reads options and calls the rooms below; what
 * a command does stands there.
 *
 * Exit status: 0 when the job was done, 1 when it failed, 2 for misuse, 130 after Ctrl-C.
 */
import { hideBin } from 'yargs/helpers';
import { failureOf, runCommandLine } from './command-line.ts';

/** A closed pipe (`socketlab list | head -1`) is no failure: nobody reads any more. */
process.stdout.on('error', () => process.exit(0));

try {
  await runCommandLine(hideBin(process.argv));
} catch (error) {
  const { line, status } = failureOf(error);
  console.error(line);
  process.exitCode = status;
}
