/** The processes of this machine, as proc(5) shows them, or ps(1) where there is no /proc. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Process {
  pid: number;
  parent: number;
  /** `R` runs, `S` sleeps, `T` is stopped: ps(1). */
  state: string;
  /** Its command line, the words separated by spaces. */
  command: string;
}

export function processes(): Process[] {
  return existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        // pid (name) state parent …: the name may itself hold parentheses.
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return {
          pid: Number(name),
          parent: Number(parent),
          state,
          command: command.replaceAll('\0', ' ').trimEnd(),
        };
      } catch {
        return []; // it has ended in the meantime
      }
    });
}

function fromPs(): Process[] {
  const columns = ['-A', '-ww', '-o', 'pid=,ppid=,state=,args='];
  const { stdout, error } = spawnSync('ps', columns, { encoding: 'utf8' });
  if (error) throw error;
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', command] =
      /^\s*(\d+)\s+(\d+)\s+(\w)\S*\s+(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    return { pid: Number(pid), parent: Number(parent), state, command };
  });
}
