/** How many connections this process may have: each is an open file. */
import { readFileSync } from 'node:fs';

/** Node's own, standard input and output, listening sockets: 28 in an auctioneer. */
const OTHER_FILES = 48;

/** Node has raised the limit as far as it may. Infinity where it is not to be known. */
export function filesForConnections(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const most = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
    return Math.max(0, most - OTHER_FILES);
  } catch {
    return Infinity; // not Linux
  }
}
