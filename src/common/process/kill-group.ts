/**
 * Ends a program by force, and with it what it has started itself: `uv run bot.py` is two
 * processes. That takes a process group, which the program leads (`detached` in spawn).
 *
 * Simplification: Windows has no such groups, and there only the program itself is ended.
 *
 * Sources: setpgid(2), kill(2): a negative number means the group.
 */
export function killProgram(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Nobody is left of it.
  }
}
