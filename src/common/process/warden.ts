/**
 * A tiny process that outlives ours by a moment, and ends what we have started, whatever happens to
 * us: a program in an endless loop does not notice by itself that we are gone, and would keep a
 * core busy until the machine is turned off.
 *
 *   its stdin   our will, as a line: what to do when we are gone. The last line counts.
 *   its end     it carries out the will, and is gone
 *
 * It is a shell. Windows has none, and needs none to end programs: libuv puts what a process
 * starts into a job, and the kernel kills all who are in it when that process is gone, however
 * it ended. So each Node program's children go with it, and theirs. Folders alone are left to
 * a warden there, which is Node.
 *
 * Simplification: on Windows, what a program that is not Node has started (npx.cmd, say) is in
 * no job. `killProgram` finds it; it outlives us when we ourselves are killed.
 *
 * Sources: "Job Objects" in Microsoft's documentation of Win32, and libuv's src/win/process.c.
 * Read next: will.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { END, NODE, SHELL } from './will.ts';

const WINDOWS = process.platform === 'win32';
const EXECUTOR = WINDOWS ? NODE : SHELL;

const programs = new Set<number>();
const folders = new Set<string>();
let warden: ChildProcess | undefined;

/**
 * Has a program ended, or a folder removed, when this process ends before it is released.
 * A program that notices by itself has a second to tidy up before that.
 * @returns releases it
 */
export function entrust(what: number | string): () => void {
  const all: Set<number | string> = typeof what === 'number' ? programs : folders;
  if (WINDOWS && all === programs) return () => {}; // the kernel sees to it
  all.add(what);
  tellWarden();
  return () => {
    if (all.delete(what)) tellWarden();
  };
}

/**
 * Ends a program by force, and with it what it has started itself.
 * @param leads whether it leads a process group
 */
export function killProgram(child: ChildProcess, leads = true): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (WINDOWS) {
    // Others first: their parent is known only as long as it lives. Wine's taskkill cannot do that
    // (it refuses /T), and a locked-down Windows may have none.
    force('taskkill', ['/PID', String(pid), '/T', '/F'], () => child.kill('SIGKILL'));
  } else if (leads) killGroup(pid);
  else force('sh', ['-c', `${END}end ${pid}`]);
}

/** A signal for all who are in the group that a program leads, or led before it ended. */
export function killGroup(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (WINDOWS) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left of it.
  }
}

function force(command: string, args: string[], done = (): void => {}): void {
  const child = spawn(command, args, { stdio: 'ignore', windowsHide: true });
  child.once('exit', done).once('error', done);
}

/** Before a program is started, so that it is known as soon as it is there. */
export function wakeWarden(): void {
  if (!WINDOWS) warden ??= startWarden();
}

function tellWarden(): void {
  warden ??= startWarden();
  warden.stdin!.write(`${EXECUTOR.will(programs, folders)}\n`);
}

function startWarden(): ChildProcess {
  const [command, ...args] = EXECUTOR.command;
  const child = spawn(command, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  // Without it nothing is guarded, and all else works.
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  // It waits for our end, so we must not wait for its.
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
