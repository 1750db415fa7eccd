/**
 * Pipeline: the manager.
 *
 * Shows:    A Push socket hands out tasks, each to one of the Pull sockets in
 *           turn. While there is no worker it waits: nothing is thrown away.
 * Lecture:  The manager, one task a second: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/12-pipeline/manager.ts
 * Partner:  npx tsx examples/12-pipeline/worker.ts  (as many as you like)
 * See:
 *   The manager is at port <port>
 *   Sent: 1 - <word>
 *   Sent: <n> - <word>
 *   …
 *   that was the last
 * Exercise: Start it alone. How many tasks does it send? How many does it send
 *           if it connects to a port where nobody listens, instead of binding?
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Push } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, rate, tasks } = program({
  port: 5690,
  rate: 1, // tasks a second
  tasks: 10, // the lecture's manager never ends
});

const socket = new Push();
await socket.bind(`tcp://${host}:${port}`);
console.log(`The manager is at port ${port}`);

for (let id = 1; id <= tasks; id += 1) {
  const task = `${id} - ${new Date().toTimeString().slice(0, 8)}`;
  await socket.send(task);
  console.log(`Sent: ${task}`);
  await pause(1000 / Math.max(rate, 1));
}
console.log('that was the last');
socket.close();
