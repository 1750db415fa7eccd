/**
 * Runs a command as if it had been typed into the terminal: with our stdin, stdout and stderr,
 * until it ends.
 *
 * Ctrl-C in a terminal goes to every program there, so the command has it already, and we only
 * wait for what it does. From elsewhere a signal may have come to us alone; then it is passed
 * on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { MisuseError } from '../index.ts';
import { isUnknownProgram } from './unknown-program.ts';

/** How long a command may take to end by a signal that it may not have got; in ms. */
const PATIENCE = 100;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * @returns its exit status; 128 + n when signal n ended it, as shells have it
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such program
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
): Promise<number> {
  const child = start(program, args, { ...process.env, ...env });
  const stops = SIGNALS.map((signal) => {
    const stop = (): void => passOn(child, signal);
    process.on(signal, stop);
    return () => process.off(signal, stop);
  });
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(isUnknownProgram(error, program) ? noProgram(program) : error),
      );
      child.once('exit', (code, killedBy) => {
        resolve(code ?? 128 + constants.signals[killedBy!]);
      });
    });
  } finally {
    for (const stop of stops) stop();
  }
}

function start(program: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  // npx, npm and tsx are scripts, which Windows starts only by way of its shell.
  // Simplification: of all that this shell treats in its own way, spaces alone are quoted.
  if (process.platform === 'win32' && !/^node(\.exe)?$|\.exe$/i.test(program)) {
    const line = [program, ...args].map((word) => (/\s/.test(word) ? `"${word}"` : word));
    return spawn(line.join(' '), { stdio: 'inherit', env, shell: true });
  }
  return spawn(program, args, { stdio: 'inherit', env });
}

function passOn(child: ChildProcess, signal: NodeJS.Signals): void {
  if (process.platform === 'win32') return;
  const fromTerminal = signal === 'SIGINT' && process.stdin.isTTY;
  if (fromTerminal) return;
  // A group's signal has come to both of us, and most programs are gone before this is over.
  setTimeout(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  }, PATIENCE);
}

function noProgram(program: string): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', `there is no program '${program}'`);
}
