/** How many files this process may have open; each connection is one. */
import { readFileSync } from 'node:fs';

/** Node has raised the limit as far as it may. Infinity where it is not to be known. */
export function openFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
  } catch {
    return Infinity; // not Linux
  }
}
