/**
 * Ctrl-Z: whatever stops us also stops everything we have started, and `fg` continues it all.
 *
 * The terminal tells its foreground group alone, and what we start leads groups of its own. There
 * SIGTSTP would change nothing: the system ignores it in a group that no shell could continue
 * ("orphaned", setpgid(2), signal(7)). It does not ignore SIGSTOP.
 */
import { killGroup } from './warden.ts';

const groups = new Set<number>();

/**
 * Makes a group stop and continue with us. Windows has neither such signals nor such groups.
 * @returns releases it
 */
export function pauseWithUs(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  if (groups.size === 0) process.on('SIGTSTP', pause);
  groups.add(pid);
  return () => {
    if (groups.delete(pid) && groups.size === 0) process.off('SIGTSTP', pause);
  };
}

function pause(): void {
  for (const pid of groups) killGroup(pid, 'SIGSTOP');
  // As if we had not listened: here we stop, unless no shell is there that could continue us.
  process.off('SIGTSTP', pause);
  process.kill(process.pid, 'SIGTSTP');
  process.on('SIGTSTP', pause);
  for (const pid of groups) killGroup(pid, 'SIGCONT');
}
