/**
 * Pipeline: a worker.
 *
 * Shows:    A Pull socket takes what it is handed. Start two: each gets every
 *           other task, and no task is done twice. It may start before the
 *           manager, or come later to help.
 * Lecture:  The worker: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/12-pipeline/worker.ts
 * Partner:  npx tsx examples/12-pipeline/manager.ts
 * See:
 *   Ready for work
 *   Received: <n> - <word>
 *   …
 *   ^C
 * Exercise: End a worker with Ctrl-C while the manager is running. Is a task
 *           lost? Who could know?
 */
import { Pull } from '../engine.ts';
import { program } from '../program.ts';

const { host, port } = program({ port: 5690 });

const socket = new Pull();
socket.connect(`tcp://${host}:${port}`);
console.log('Ready for work');

for await (const [task] of socket) {
  console.log(`Received: ${String(task)}`);
}
