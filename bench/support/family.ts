/** The processor time of this process and of its children that are running. */
import { readFileSync } from 'node:fs';

/** Clock ticks a second: what Linux counts a process's time in, proc(5). */
const TICKS = 100;

/** In seconds; undefined where there is no /proc to read it from. */
export function familyTime(): number | undefined {
  const { user, system } = process.cpuUsage();
  try {
    const { pid } = process;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    let ticks = 0;
    for (const child of children.split(' ').filter(Boolean)) {
      // The name before it may hold spaces: the fields are counted from its end.
      const [, rest] = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ');
      const fields = rest!.split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    }
    return (user + system) / 1e6 + ticks / TICKS;
  } catch {
    return undefined;
  }
}
