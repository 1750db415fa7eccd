/**
 * A process of its own that outlives ours by a moment, to end what we have started. When we
 * are gone, even by kill -9, its input ends; then it kills every program that is still on
 * its list.
 *
 *   stdin   +1234\n   process 1234 has been started
 *           -1234\n   it is no more: its number may soon be another's
 *           (end)     kill what is left, and end
 *
 * A program that reads its input notices by itself that we are gone. One in an endless loop
 * does not, and would keep a core busy until the machine is turned off.
 */
import { createInterface } from 'node:readline';
import { killProgram } from './kill-group.ts';

// Ctrl-C and a closed terminal go to everybody in front of it; this one has work to do then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {});

const running = new Set<number>();

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) running.add(pid);
  else running.delete(pid);
}
for (const pid of running) killProgram(pid);
