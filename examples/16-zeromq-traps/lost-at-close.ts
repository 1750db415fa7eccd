/**
 * Trap: lost at close.
 *
 * Shows:    `send` has returned: the message is in a queue of this process,
 *           and nobody has received it yet. The socket's linger decides what
 *           becomes of it when the socket closes: 0 throws it away, -1 (the
 *           default) sends it, however long that takes.
 * Lecture:  A manager that closes: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/16-zeromq-traps/lost-at-close.ts
 * See:
 *   linger 0: 3 sent, 0 arrived
 *   linger -1: 3 sent, 3 arrived
 * Exercise: With linger -1, when does a program end? (exit.ts) Which linger
 *           would you choose for a program that people end with Ctrl-C?
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Pull, Push } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5690 });
const address = `tcp://${host}:${port}`;

for (const linger of [0, -1]) {
  const manager = new Push({ linger });
  manager.connect(address);
  for (const task of ['1', '2', '3']) await manager.send(task);
  manager.close();

  // Here the worker comes a moment too late; elsewhere the network may be busy.
  await pause(300); // milliseconds
  const worker = new Pull({ receiveTimeout: 500 }); // milliseconds
  await worker.bind(address);
  let arrived = 0;
  while (await worker.receive().catch(() => undefined)) arrived += 1;
  console.log(`linger ${linger}: 3 sent, ${arrived} arrived`);
  await worker.unbind(address);
  worker.close();
}
