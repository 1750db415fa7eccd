/**
 * Runs a command as if it had been typed into the terminal: with our stdin, stdout and stderr,
 * until it ends.
 *
 * A terminal's keyboard belongs to one process group, so a program that reads it stays in ours.
 * There Ctrl-C reaches every program by itself, and we only wait for what the program does. Where
 * our stdin is not a terminal, the program leads its own group, and we pass on the signals that
 * reach us; what it leaves behind is ended with it. Node makes such a group with setsid(2), so it
 * is also a session, without a terminal. A program that asks /dev/tty for a password finds none
 * there.
 *
 * Simplification: what a program leaves in a terminal when it ends by itself stays there, as
 * it would without us.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { misuse, type MisuseError } from '../index.ts';
import { tellUser } from '../terminal/index.ts';
import { STOP_TIMEOUT } from './child.ts';
import { pauseWithUs } from './pause.ts';
import { isUnknownProgram } from './unknown-program.ts';
import { entrust, killGroup, killProgram, wakeWarden } from './warden.ts';

/** How long a command may take to end by a signal that it may not have received, in ms. */
const PATIENCE = 100;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A user who presses Ctrl-C this often within this many ms means it. */
const [PRESSES, IN_A_ROW] = [3, 2000];
/** How long Ctrl-C may take before we say so, in ms. */
const A_MOMENT = 1000;

/**
 * @returns its exit status; 128 + n when signal n ended it, as in shells
 * @throws {MisuseError} ERR_BAD_ARGUMENT when there is no such program
 */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  env: Record<string, string> = {},
): Promise<number> {
  const leads = process.platform !== 'win32' && !process.stdin.isTTY;
  wakeWarden();
  const child = start(program, args, { ...process.env, ...env }, leads);
  const { pid } = child;
  const release = pid === undefined ? undefined : entrust(pid);
  const goOn = leads && pid !== undefined ? pauseWithUs(pid) : undefined;
  const stops = SIGNALS.map((signal) => {
    const stop = passOn(child, signal, leads);
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
    if (leads && pid !== undefined) killGroup(pid);
    release?.();
    goOn?.();
  }
}

function start(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  detached: boolean,
): ChildProcess {
  // npx, npm and tsx are scripts, which Windows starts only by way of its shell.
  // Simplification: of all that this shell treats in its own way, spaces alone are quoted.
  if (process.platform === 'win32' && !/^node(\.exe)?$|\.exe$/i.test(program)) {
    const line = [program, ...args].map((word) => (/\s/.test(word) ? `"${word}"` : word));
    return spawn(line.join(' '), { stdio: 'inherit', env, shell: true });
  }
  return spawn(program, args, { stdio: 'inherit', env, detached });
}

/** What to do when `signal` comes to us. */
function passOn(child: ChildProcess, signal: NodeJS.Signals, leads: boolean): () => void {
  const runs = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = (): void => {
    if (runs()) killProgram(child, leads);
  };
  let pressed: number[] = [];
  let told = false;
  const sayThatItRuns = (): void => {
    if (told || !runs()) return;
    told = true;
    tellUser(
      'the program is still running. Press Ctrl-C three times in a row to end it by force',
    );
  };
  return () => {
    if (signal === 'SIGINT' && (process.stdin.isTTY || process.platform === 'win32')) {
      // The program has the signal already. What it does with it is its own affair, unless nothing
      // helps.
      pressed = [...pressed, performance.now()].slice(-PRESSES);
      const quick = pressed.at(-1)! - pressed[0]! < IN_A_ROW;
      if (pressed.length === PRESSES && quick) kill();
      else if (!told) setTimeout(sayThatItRuns, A_MOMENT).unref();
      return;
    }
    // A group's signal has come to both of us, and most programs are gone before this is over.
    setTimeout(() => {
      if (!runs()) return;
      if (leads) killGroup(child.pid!, signal);
      else if (process.platform !== 'win32') child.kill(signal);
      setTimeout(kill, STOP_TIMEOUT).unref();
    }, PATIENCE).unref();
  };
}

function noProgram(program: string): MisuseError {
  return misuse(`there is no program '${program}'`);
}
