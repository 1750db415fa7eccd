/**
 * Devices: a manager for the streamer.
 *
 * Shows:    The manager of lesson 12 with `connect` in place of `bind`: one of
 *           many that hand their tasks to the streamer.
 * Lecture:  The devices, with tasks: Z8 and Z4 in docs/lectures.md.
 * Run:      npx tsx examples/14-devices/manager.ts
 * Partner:  npx tsx examples/14-devices/streamer.ts
 * See:
 *   Sent: 1 - <word>
 *   Sent: <n> - <word>
 *   …
 *   that was the last
 * Exercise: Start it without a streamer. Why does it send everything, and then
 *           not end? (16-zeromq-traps/exit.ts)
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Push } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, rate, tasks } = program({
  port: 5559,
  rate: 1, // tasks a second
  tasks: 10,
});

const socket = new Push();
socket.connect(`tcp://${host}:${port}`);

for (let id = 1; id <= tasks; id += 1) {
  const task = `${id} - ${new Date().toTimeString().slice(0, 8)}`;
  await socket.send(task);
  console.log(`Sent: ${task}`);
  await pause(1000 / Math.max(rate, 1));
}
console.log('that was the last');
socket.close();
