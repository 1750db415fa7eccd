/**
 * The lock of a journal: a file beside it, `FILE.lock`, with the number of the process that
 * uses the journal. A process that was killed leaves it behind; it does not count when no
 * process has that number, or only one that began later.
 *
 * Simplification: two that find such a lock in the same instant may both take it. The journal
 * looks at its length before it writes, and ends the game of one of them.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { misuse } from '../game/journal-format.ts';

/**
 * @returns a function that unlocks it @throws {MisuseError} ERR_BAD_ARGUMENT when somebody holds it
 */
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

/** The number of a process and, on Linux, when it began, because numbers are reused. */
function ownerOf(pid: number): string {
  return `${pid} ${beginningOf(pid)}\n`;
}

/** In ticks since the machine started, as proc(5) shows it: the 22nd field. */
function beginningOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name stands in parentheses, and may contain some itself.
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
