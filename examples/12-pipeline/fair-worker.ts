/**
 * Pipeline: one worker for two managers.
 *
 * Shows:    A Pull socket with two managers takes from them in turn, however
 *           fast one of them is: each connection has a queue of its own. This
 *           is fair queuing.
 * Lecture:  A PULL takes fairly from many PUSHers: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/12-pipeline/fair-worker.ts
 * Partner:  npx tsx examples/12-pipeline/manager.ts --rate 100
 *           npx tsx examples/12-pipeline/manager.ts --rate 100 --port 5691
 * See:
 *   Received: <n> - <word>
 *   …
 *   20 tasks from two managers
 * Exercise: Give one manager --rate 1. Does the other wait for it?
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Pull } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5690 });
const TASKS = 20; // ten of each

const socket = new Pull();
socket.connect(`tcp://${host}:${port}`);
socket.connect(`tcp://${host}:${port + 1}`);

for (let count = 0; count < TASKS; count += 1) {
  const [task] = await socket.receive();
  console.log(`Received: ${String(task)}`);
  await pause(20); // so that tasks of both are waiting
}
console.log(`${TASKS} tasks from two managers`);
socket.close();
