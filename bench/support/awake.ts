/**
 * Keeps all cores awake while something is measured.
 *
 * A core with nothing to do goes to sleep, and in a virtual machine waking it can take longer than
 * the work that it is woken for. Programs that wait for each other are then measured by how often
 * they sleep: one that asks again and again without a pause is ahead of one that does nothing
 * until it is told. A busy machine never sleeps, so the same benchmark gives other results there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, cpus, setPriority } from 'node:os';

/** Works for some milliseconds at a time, until its input ends. */
const IDLER = `process.stdin.on('end', () => process.exit()).resume();
(function work() {
  for (const end = Date.now() + 5; Date.now() < end;);
  setImmediate(work);
})();`;

/**
 * Starts a process for each core that works at the lowest priority: all others come before it.
 * @returns ends them
 */
export function keepAwake(): () => void {
  const idlers = cpus().map((): ChildProcess => {
    const idler = spawn(process.execPath, ['-e', IDLER], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    if (idler.pid !== undefined) setPriority(idler.pid, constants.priority.PRIORITY_LOW);
    return idler;
  });
  return () => {
    for (const idler of idlers) idler.stdin?.end();
  };
}
