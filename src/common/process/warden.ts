/**
 * A tiny process that outlives ours by a moment, and ends what we have started, whatever became
 * of us: a program in an endless loop does not notice by itself that we are gone, and would
 * keep a core busy until the machine is turned off.
 *
 *   its stdin   our will, as a line: what to do when we are gone. The last line counts.
 *   its end     it carries out the will, and is gone
 *
 * It is a shell, which is there within a millisecond; Node takes fifty, and 40 MB. Windows has
 * no such shell.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

const WINDOWS = process.platform === 'win32';

/**
 * `linger 1234 …` waits a second for programs to end by themselves, and sets `left` to those
 * that have not, or have left somebody in their group. It looks often: a number may soon be
 * another program's.
 * `end 1234 …` kills programs, the groups that they lead (setpgid(2), kill(2)), and all that
 * they have started: `npx tsx server.ts` is four processes.
 */
const END = `
linger() {
  left=$*
  for turn in 1 2 3 4 5 6 7 8 9 10; do
    [ -n "$left" ] || return
    sleep 0.1
    were=$left left=
    for pid in $were; do
      if kill -s 0 -- "-$pid" || kill -s 0 "$pid"; then left="$left $pid"; fi
    done 2>/dev/null
  done
}
tree() {
  echo "$1"
  echo "$all" | while read -r pid parent; do
    [ "$parent" != "$1" ] || tree "$pid"
  done
}
end() {
  all=$(ps -A -o pid=,ppid= 2>/dev/null)
  for top; do
    kill -s KILL -- "-$top" $(tree "$top") 2>/dev/null
  done
}
`;

/** Ctrl-C and a closed terminal go to everybody in front of it; the warden has work to do then. */
const SHELL_WARDEN = `trap '' INT TERM HUP
${END}
will=
while read -r line; do will=$line; done
eval "$will"`;

const NODE_WARDEN = `let will = '';
process.stdin.on('data', (text) => (will += text));
process.stdin.on('end', () => eval(will.trim().split('\\n').at(-1)));`;

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
export function killProgram(pid: number, leads = true): void {
  if (WINDOWS) force('taskkill', ['/PID', String(pid), '/T', '/F']);
  else if (leads) killGroup(pid);
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

function force(command: string, args: string[]): void {
  spawn(command, args, { stdio: 'ignore', windowsHide: true }).on('error', () => {});
}

/** Before a program is started, so that it is known as soon as it is there. */
export function wakeWarden(): void {
  warden ??= startWarden();
}

function tellWarden(): void {
  wakeWarden();
  warden!.stdin!.write(`${WINDOWS ? windowsWill() : will()}\n`);
}

function will(): string {
  const ends = programs.size > 0 ? [`linger ${[...programs].join(' ')}; end $left`] : [];
  const quoted = [...folders].map((path) => `'${path.replaceAll("'", `'\\''`)}'`);
  const removes = quoted.length > 0 ? [`rm -rf -- ${quoted.join(' ')}`] : [];
  return [...ends, ...removes].join('; ');
}

function windowsWill(): string {
  const run = `require('node:child_process').spawnSync`;
  const ends = [...programs].map(
    (pid) => `${run}('taskkill', ['/PID', '${pid}', '/T', '/F']);`,
  );
  const options = '{ recursive: true, force: true }';
  const removes = [...folders].map(
    (path) => `require('node:fs').rmSync(${JSON.stringify(path)}, ${options});`,
  );
  return [...ends, ...removes].join(' ');
}

function startWarden(): ChildProcess {
  const [command, ...args] = WINDOWS
    ? [process.execPath, '-e', NODE_WARDEN]
    : ['sh', '-c', SHELL_WARDEN];
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
