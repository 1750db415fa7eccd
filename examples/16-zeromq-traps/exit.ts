/**
 * Trap: a program that does not end.
 *
 * Shows:    A closed socket with unsent messages lingers, by default for ever.
 *           So a program whose server is not there runs its last line and does
 *           not end. It has not crashed: it is still trying to deliver.
 * Lecture:  A server that never comes: Z6 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/exit.ts
 * See:
 *   linger -1: its last line has run, and it is still running
 *   linger 0: its last line has run, and it has ended
 *   linger 200: its last line has run, and it has ended
 * Exercise: Start the one with linger -1 alone: exit.ts --linger -1. Then start
 *           10-request-reply/server.ts. What happens to both?
 */
import { fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { Request } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, linger } = program({ port: 5678, linger: '' });

if (linger === '') {
  // The first is the trap, and the others are the fixes: a linger of 0 if the
  // messages may be thrown away, otherwise as long as delivery is worth to you.
  for (const each of ['-1', '0', '200']) await watch(each);
} else {
  await askNobody(Number(linger));
}

async function askNobody(milliseconds: number): Promise<void> {
  const socket = new Request({ linger: milliseconds });
  socket.connect(`tcp://${host}:${port}`);
  await socket.send('is anybody there?');
  socket.close();
  process.send?.('the last line');
}

/** Runs this program again, as a process, and says whether it ends. */
async function watch(each: string): Promise<void> {
  const args = [...process.argv.slice(2), '--linger', each];
  const child = fork(process.argv[1]!, args);
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise<string>((resolve) => {
    child.once('exit', () => resolve('it has ended'));
  });
  await new Promise((resolve) => child.once('message', resolve));
  const tooLong = new Promise<string>((resolve) => {
    const patience = each === '-1' ? 1000 : 10_000; // milliseconds
    setTimeout(resolve, patience, 'it is still running').unref();
  });
  const what = await Promise.race([ended, tooLong]);
  console.log(`linger ${each}: its last line has run, and ${what}`);
  // Politely first, and then by force.
  child.kill('SIGTERM');
  await Promise.race([ended, pause(1000)]);
  child.kill('SIGKILL');
}
