/**
 * Pipeline: a slow worker.
 *
 * Shows:    A worker that takes |N(2, 1)| seconds for each task, and gets as
 *           many tasks as the others: Push hands them out in turn and does not
 *           know who is busy. Up to a thousand tasks (the high-water mark) wait
 *           at each end of the connection; only then do the others get more.
 * Lecture:  The worker that takes its time: Z4 in docs/lectures.md.
 * Run:      npx tsx examples/12-pipeline/slow-worker.ts
 * Partner:  npx tsx examples/12-pipeline/manager.ts, and worker.ts
 * See:
 *   Ready for slow work
 *   Received: <n> - <word>, work for <n>.<n> seconds
 *   …
 *   ^C
 * Exercise: Allow it at most one waiting task, with `receiveHighWaterMark: 1`.
 *           Why is that not enough? What is?
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Pull } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, hurry } = program({ port: 5690, hurry: 1 }); // times faster

const socket = new Pull();
socket.connect(`tcp://${host}:${port}`);
console.log('Ready for slow work');

for await (const [task] of socket) {
  const seconds = Math.abs(normal(2, 1)) / Math.max(hurry, 1);
  console.log(
    `Received: ${String(task)}, work for ${seconds.toFixed(1)} seconds`,
  );
  await pause(seconds * 1000);
}

/** A number from the normal distribution (Box and Muller, 1958). */
function normal(mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * Math.random());
}
