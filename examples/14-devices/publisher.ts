/**
 * Devices: a publisher for the forwarder.
 *
 * Shows:    The publisher of lesson 11 with `connect` in place of `bind`. The
 *           well-known address is now the forwarder's.
 * Lecture:  The devices, with updates: Z8 and Z3 in docs/lectures.md.
 * Run:      npx tsx examples/14-devices/publisher.ts
 * Partner:  npx tsx examples/14-devices/forwarder.ts  (first)
 * See:
 *   Publishing to port <port>
 *   ^C
 * Exercise: Stop the forwarder for five seconds and start it again. Which
 *           updates do the subscribers miss?
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Publisher } from '../engine.ts';
import { program } from '../program.ts';

const { host, port, rate } = program({ port: 5559, rate: 1 }); // a second

const socket = new Publisher();
socket.connect(`tcp://${host}:${port}`);
console.log(`Publishing to port ${port}`);

for (let id = 1; ; id += 1) {
  const time = new Date().toTimeString().slice(0, 8);
  for (const kind of [1, 2]) {
    await socket.send(`${kind}-Update! >> #${id} >> ${time}`);
  }
  await pause(1000 / Math.max(rate, 1));
}
