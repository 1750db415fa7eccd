/**
 * What to do when we are gone, written as a program: for a shell, or on Windows for Node. Pure.
 *
 * Read next: warden.ts, which starts one of them.
 */

/** Reads lines until its input ends, then does what the last of them says. */
export interface Executor {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The line that ends these programs, by their numbers, and removes these folders. */
  will: (programs: Iterable<number>, folders: Iterable<string>) => string;
}

/**
 * `linger 1234 …` waits a second for programs to end by themselves, and sets `left` to those
 * that have not, or have left somebody in their group. It looks often: a number may soon be
 * another program's.
 * `end 1234 …` kills programs, the groups that they lead (setpgid(2), kill(2)), and all that
 * they have started: `npx tsx server.ts` is four processes.
 */
export const END = `
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

/** Ctrl-C and a closed terminal go to everybody in front of it; there is work to do then. */
const SHELL_SCRIPT = `trap '' INT TERM HUP
${END}
will=
while read -r line; do will=$line; done
eval "$will"`;

const NODE_SCRIPT = `let will = '';
process.stdin.on('data', (text) => (will += text));
process.stdin.on('end', () => eval(will.split('\\n').at(-2)));`;

/** It is running within a millisecond. */
export const SHELL: Executor = {
  command: ['sh', '-c', SHELL_SCRIPT],
  will: (programs, folders) => {
    const pids = [...programs];
    const quoted = [...folders].map((path) => `'${path.replaceAll("'", `'\\''`)}'`);
    const ends = pids.length > 0 ? [`linger ${pids.join(' ')}; end $left`] : [];
    const removes = quoted.length > 0 ? [`rm -rf -- ${quoted.join(' ')}`] : [];
    return [...ends, ...removes].join('; ');
  },
};

/** Where there is no such shell. It takes 50 ms and 40 MB, and leaves programs to the system. */
export const NODE: Executor = {
  command: [process.execPath, '-e', NODE_SCRIPT],
  will: (_programs, folders) => {
    // A program that has just ended may hold them for a moment.
    const options = '{ recursive: true, force: true, maxRetries: 10 }';
    return [...folders]
      .map((path) => `require('node:fs').rmSync(${JSON.stringify(path)}, ${options});`)
      .join(' ');
  },
};
