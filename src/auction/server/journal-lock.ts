/**
 * Who goes on with a journal: a file beside it, `FILE.lock`, that holds the process's number.
 * A process that was killed leaves it behind; since no process has that number, or one that
 * began later, it counts for nothing.
 *
 * Simplification: two that find such a lock in the same instant may both take it. The journal
 * looks at its length before it writes, and ends the game of one of them.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { misuse } from '../game/journal-format.ts';

/** @returns what opens it again @throws {MisuseError} ERR_BAD_ARGUMENT when somebody holds it */
export function lockJournal(file: string): () => void {
  const lock = `${file}.lock`;
  const own = ownerOf(process.pid);
  try {
    writeFileSync(lock, own, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return () => {};
    const owner = readFileSync(lock, 'utf8');
    const pid = Number.parseInt(owner, 10);
    if (pid > 0 && isAlive(pid) && owner === ownerOf(pid)) {
      throw misuse(`another auctioneer (process ${pid}) is using ${file}: stop it first`);
    }
    writeFileSync(lock, own, { mode: 0o600 });
  }
  return () => rmSync(lock, { force: true });
}

/** The number of a process and, where Linux tells it, when it began: numbers come again. */
function ownerOf(pid: number): string {
  return `${pid} ${beginningOf(pid)}\n`;
}

/** In ticks since the machine started, as proc(5) has it: the 22nd field. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program stands in parentheses, and may have any in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
